package com.clawdforge.core.run;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunBudgetTest {
  private static final TokenShares DOLLAR =
      new TokenShares(null, null, null, BigDecimal.ONE, null, null);
  private static final Caller APP = new Caller("token-1", "app", TokenLimits.NONE.with(DOLLAR));
  private static final Duration SOON = Duration.ofMinutes(1);

  @Test
  void two_hundred_runs_at_once_that_say_what_they_may_cost_never_cost_more_than_the_budget()
      throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(64, 400, "0.05", costing("0.05"))) {
      Concurrently.call(200, thread -> attempts(kit, TestRunRequest.of("x").maxBudgetUsd("0.05")));

      assertEquals(0, BigDecimal.ONE.compareTo(spent(kit)), () -> spent(kit) + " USD");
      assertEquals(1, kit.shares.budgets().countedUsd(), 1e-9);
      assertEquals(0, BigDecimal.ZERO.compareTo(reserved(kit)));
    }
  }

  @Test
  void two_hundred_runs_at_once_that_say_nothing_cost_at_most_one_run_more_than_the_budget()
      throws Exception {
    // Each costs more than it was told to, as an agent does that notices it too late.
    BigDecimal request = new BigDecimal("0.3");
    try (RunTestKit kit = RunTestKit.withPlaces(64, 400, costing("0.3"))) {
      Concurrently.call(200, thread -> attempts(kit, TestRunRequest.of("x")));

      assertTrue(spent(kit).compareTo(BigDecimal.ONE.add(request)) <= 0, () -> spent(kit) + " USD");
      assertTrue(spent(kit).compareTo(BigDecimal.ONE) >= 0, () -> spent(kit) + " USD");
      assertEquals(1, kit.agents.mostAtOnce());
    }
  }

  @Test
  void the_agent_is_told_what_was_reserved() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 1, costing("0.7"))) {
      kit.runs.start(APP, TestRunRequest.of("x").request()).await();
      kit.runs.start(APP, TestRunRequest.of("x").request()).await();
      kit.runs.start(RunTestKit.OTHER, TestRunRequest.of("x").request()).await();
      kit.runs.start(RunTestKit.OTHER, TestRunRequest.of("x").maxBudgetUsd("9").request()).await();

      // The other one has no budget.
      assertEquals(1.4, kit.shares.budgets().countedUsd(), 1e-9);
      List<BigDecimal> told =
          kit.agents.received().stream().map(run -> run.oneShot().maxBudgetUsd()).toList();
      assertEquals(0, BigDecimal.ONE.compareTo(told.get(0)));
      assertEquals(0, new BigDecimal("0.3").compareTo(told.get(1)));
      assertNull(told.get(2));
      assertEquals(new BigDecimal("9"), told.get(3));
    }
  }

  @Test
  void a_budget_counts_from_midnight_in_utc_and_is_refused_until_then() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 1, costing("1"))) {
      kit.runs.start(APP, TestRunRequest.of("x").request()).await();

      Refusal refusal = refused(kit);
      Duration untilMidnight =
          Duration.between(
              kit.clock.instant(),
              LocalDate.parse("2026-01-03").atStartOfDay(ZoneOffset.UTC).toInstant());
      assertEquals(untilMidnight, refusal.retryAfter());
      kit.clock.advance(untilMidnight.plusMillis(1));
      kit.runs.start(APP, TestRunRequest.of("x").request()).await();
      refused(kit);
    }
  }

  @Test
  void a_run_whose_agent_does_not_say_what_it_cost_has_spent_what_it_reserved() throws Exception {
    try (RunTestKit kit =
        RunTestKit.withPlaces(1, 1, "0.1", shot -> FakeRun.silent().reporting(AgentReport.NONE))) {
      RunTicket run = kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.6").request());
      kit.agents.awaitStarted(1);
      run.cancel();
      run.await();

      assertEquals(0, new BigDecimal("0.6").compareTo(spent(kit)));
      assertEquals(0, BigDecimal.ZERO.compareTo(reserved(kit)));
      assertEquals(0.6, kit.shares.budgets().countedUsd());
    }
  }

  @Test
  void a_request_for_very_little_does_not_get_around_the_budget() throws Exception {
    // As an agent does that is told to spend next to nothing: it notices after its first answer.
    try (RunTestKit kit = RunTestKit.withPlaces(64, 400, "0.3", costing("0.3"))) {
      Concurrently.call(
          200, thread -> attempts(kit, TestRunRequest.of("x").maxBudgetUsd("0.000001")));

      assertTrue(spent(kit).compareTo(new BigDecimal("1.3")) <= 0, () -> spent(kit) + " USD");
      assertEquals(
          new BigDecimal("0.000001"), kit.agents.received().getFirst().oneShot().maxBudgetUsd());
    }
  }

  @Test
  void a_run_is_not_started_if_those_before_it_have_spent_all_that_was_left() throws Exception {
    AgentReport dear = new AgentReport("m", "end_turn", null, new BigDecimal("1.5"));
    FakeRun.Hold hold = new FakeRun.Hold();
    try (RunTestKit kit =
        RunTestKit.withPlaces(
            1, 1, "0.1", shot -> FakeRun.answers("x").reporting(dear).heldBy(hold))) {
      RunTicket running = kit.runs.start(APP, TestRunRequest.of("x").request());
      RunTicket waiting = kit.runs.start(APP, TestRunRequest.of("y").key("k").request());
      hold.release();
      running.await();

      Run refused = waiting.await().run();
      assertEquals(WorkState.FAILED, refused.state());
      assertEquals(ErrorCode.BUDGET_EXHAUSTED, Objects.requireNonNull(refused.error()).code());
      assertNull(refused.startedAt());
      assertEquals(0, new BigDecimal("1.5").compareTo(spent(kit)));

      kit.clock.advance(Duration.ofHours(23));
      RunTicket again = kit.runs.start(APP, TestRunRequest.of("y").key("k").request());
      assertFalse(again.replayed());
      assertEquals(WorkState.COMPLETED, again.await().run().state());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.000141", "0.4"})
  void a_cancelled_run_has_spent_what_it_says_and_no_less_than_a_run_that_says_nothing(String said)
      throws Exception {
    AgentOutcome part =
        new AgentOutcome.Cancelled(new AgentReport("m", "cancelled", null, new BigDecimal(said)));
    try (RunTestKit kit =
        RunTestKit.withPlaces(
            1, 1, "0.25", shot -> new FakeRun(List.of(), part, new FakeRun.Hold()))) {
      RunTicket run = kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.6").request());
      kit.agents.awaitStarted(1);
      run.cancel();
      run.await();

      BigDecimal least = new BigDecimal("0.25");
      assertEquals(0, least.max(new BigDecimal(said)).compareTo(spent(kit)), () -> "" + spent(kit));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_run_that_acted_before_its_provider_failed_has_spent_what_it_reserved(boolean acted)
      throws Exception {
    try (RunTestKit kit =
        RunTestKit.withPlaces(
            1,
            1,
            "0.25",
            shot ->
                FakeRun.fails(
                    AgentFailure.PROVIDER_OVERLOADED,
                    "overloaded",
                    "",
                    new RetryAdvice(null, null, acted)))) {
      kit.runs.start(APP, TestRunRequest.of("x").request()).await();

      assertEquals(0, new BigDecimal(acted ? "0.25" : "0").compareTo(spent(kit)));
    }
  }

  @Test
  void a_caller_that_stated_no_cost_is_told_that_the_budget_is_used_up() throws Exception {
    try (RunTestKit kit =
        RunTestKit.withPlaces(
            1,
            1,
            "0.25",
            shot -> FakeRun.fails(AgentFailure.BUDGET_EXHAUSTED, "max_budget_usd is", ""))) {
      String unstated = detail(kit.runs.start(APP, TestRunRequest.of("x").request()));
      String stated =
          detail(kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.1").request()));

      assertEquals(
          "the 0.25 USD of this token's budget that were reserved for the run are used up",
          unstated);
      assertEquals("max_budget_usd is", stated);
    }
  }

  @Test
  void a_run_whose_end_cannot_be_recorded_has_spent_what_it_reserved() throws Exception {
    try (RunTestKit kit =
        RunTestKit.withPlaces(
            1, 1, "0.25", shot -> FakeRun.answers("x").reporting(AgentReport.NONE))) {
      kit.store.breakUpdates(run -> run.state().over());
      RunTicket run = kit.runs.start(APP, TestRunRequest.of("x").request());
      assertThrows(StoreException.class, run::await);

      assertEquals(0, new BigDecimal("0.25").compareTo(spent(kit)));
    }
  }

  @Test
  void an_unrecorded_refusal_for_money_frees_its_key_once_the_store_recovers() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 1, costing("1"))) {
      kit.runs.start(APP, TestRunRequest.of("x").request()).await();
      kit.store.breakUpdates(run -> run.state().over());
      assertThrows(
          StoreException.class,
          () -> kit.runs.start(APP, TestRunRequest.of("y").key("k").request()));
      kit.store.heal();
      kit.runs.sweep();
      kit.clock.advance(Duration.ofHours(23));

      assertFalse(kit.runs.start(APP, TestRunRequest.of("y").key("k").request()).replayed());
    }
  }

  private static String detail(RunTicket run) throws InterruptedException {
    return Objects.requireNonNull(run.await().run().error()).detail();
  }

  @Test
  void a_run_that_never_started_or_had_no_model_has_spent_nothing() throws Exception {
    try (RunTestKit kit =
        RunTestKit.withPlaces(
            1,
            1,
            "0.1",
            shot ->
                shot.prompt().text().equals("silent")
                    ? FakeRun.silent()
                    : FakeRun.fails(AgentFailure.UNAUTHENTICATED, "log in", ""))) {
      RunTicket silent =
          kit.runs.start(APP, TestRunRequest.of("silent").maxBudgetUsd("0.1").request());
      RunTicket waiting = kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.1").request());
      waiting.cancel();
      waiting.await();
      silent.cancel();
      silent.await();
      kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.1").request()).await();

      // That of the one that was started and then cancelled.
      assertEquals(0, new BigDecimal("0.1").compareTo(spent(kit)), () -> spent(kit) + " USD");
      assertEquals(0, BigDecimal.ZERO.compareTo(reserved(kit)));
    }
  }

  @Test
  void runs_of_a_token_without_a_budget_spend_only_what_their_agents_say() throws Exception {
    try (RunTestKit kit =
        RunTestKit.withPlaces(1, 1, shot -> FakeRun.answers("x").reporting(AgentReport.NONE))) {
      kit.runs.start(RunTestKit.APP, TestRunRequest.of("x").request()).await();
      assertEquals(0, BigDecimal.ZERO.compareTo(spent(kit)));
      assertEquals(0, BigDecimal.ZERO.compareTo(reserved(kit)));
    }
  }

  @Test
  void a_repeated_request_joins_its_run_though_the_budget_is_used_up() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 1, costing("1"))) {
      RunTicket first = kit.runs.start(APP, TestRunRequest.of("x").key("k").request());
      first.await();

      RunTicket again = kit.runs.start(APP, TestRunRequest.of("x").key("k").request());
      assertTrue(again.replayed());
      assertEquals(first.runId(), again.runId());
      assertRefused(
          ErrorCode.BUDGET_EXHAUSTED,
          () -> kit.runs.start(APP, TestRunRequest.of("y").key("other").request()));
    }
  }

  @Test
  void a_refused_run_gives_back_its_place_and_a_run_without_a_place_its_money() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 0, "0.1", shot -> FakeRun.silent())) {
      RunTicket running = kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.5").request());
      for (int i = 0; i < 3; i++) {
        assertRefused(
            ErrorCode.AT_CAPACITY,
            () -> kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.25").request()));
        assertRefused(
            ErrorCode.BUDGET_EXHAUSTED,
            () -> kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.51").request()));
      }
      assertEquals(new BigDecimal("0.5"), reserved(kit).stripTrailingZeros());
      running.cancel();
      running.await();
      assertEquals(0, BigDecimal.ZERO.compareTo(reserved(kit)));
    }
  }

  private static Refusal refused(RunTestKit kit) {
    return assertRefused(
        ErrorCode.BUDGET_EXHAUSTED, () -> kit.runs.start(APP, TestRunRequest.of("x").request()));
  }

  // Tries as long as it is told to try again soon.
  private static int attempts(RunTestKit kit, TestRunRequest request) {
    int answered = 0;
    while (true) {
      try {
        kit.runs.start(APP, request.request()).await();
        answered++;
      } catch (Refusal refusal) {
        if (Objects.requireNonNull(refusal.retryAfter()).compareTo(SOON) > 0) {
          return answered;
        }
        Thread.onSpinWait();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static Function<OneShot, FakeRun> costing(String dollars) {
    AgentReport report = new AgentReport("m", "end_turn", null, new BigDecimal(dollars));
    return shot -> FakeRun.answers("x").reporting(report);
  }

  private static BigDecimal spent(RunTestKit kit) {
    return kit.shares.budgets().spent("token-1").today();
  }

  private static BigDecimal reserved(RunTestKit kit) {
    return kit.shares.budgets().spent("token-1").reserved();
  }
}

package com.clawdforge.core.run;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class RunBudgetTest {
  private static final TokenShares DOLLAR =
      new TokenShares(null, null, null, BigDecimal.ONE, null, null);
  private static final Caller APP = new Caller("token-1", "app", TokenLimits.NONE.with(DOLLAR));
  private static final Duration SOON = Duration.ofMinutes(1);

  @Test
  void two_hundred_runs_at_once_that_say_what_they_may_cost_never_cost_more_than_the_budget()
      throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(64, 400, costing("0.05"))) {
      Concurrently.call(200, thread -> attempts(kit, TestRunRequest.of("x").maxBudgetUsd("0.05")));

      assertEquals(0, BigDecimal.ONE.compareTo(spent(kit)), () -> spent(kit) + " USD");
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
        RunTestKit.withPlaces(1, 1, shot -> FakeRun.silent().reporting(AgentReport.NONE))) {
      RunTicket run = kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.6").request());
      kit.agents.awaitStarted(1);
      run.cancel();
      run.await();

      assertEquals(0, new BigDecimal("0.6").compareTo(spent(kit)));
      assertEquals(0, BigDecimal.ZERO.compareTo(reserved(kit)));
    }
  }

  @Test
  void a_run_that_never_started_or_had_no_model_has_spent_nothing() throws Exception {
    try (RunTestKit kit =
        RunTestKit.withPlaces(
            1,
            1,
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
    try (RunTestKit kit = RunTestKit.withPlaces(1, 0, shot -> FakeRun.silent())) {
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

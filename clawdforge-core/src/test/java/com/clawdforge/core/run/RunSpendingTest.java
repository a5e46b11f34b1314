package com.clawdforge.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.TestModelRequest;
import com.clawdforge.core.share.ModelSpending;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Runs whose requests to the model are seen on their way. */
final class RunSpendingTest {
  private static final Caller APP =
      new Caller(
          "token-1",
          "app",
          TokenLimits.NONE.with(new TokenShares(null, null, null, BigDecimal.ONE, null, null)));

  private final CompletableFuture<ModelSpending> seen = new CompletableFuture<>();

  @Test
  void a_run_whose_request_was_refused_for_money_ends_as_such_and_has_spent_what_it_has()
      throws Exception {
    try (RunTestKit kit = kit(shot -> refused(shot, "0.6"))) {
      Run run =
          kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.5").request()).await().run();

      assertEquals(WorkState.FAILED, run.state());
      WorkError error = Objects.requireNonNull(run.error());
      assertEquals(ErrorCode.BUDGET_EXHAUSTED, error.code());
      assertEquals("max_budget_usd of 0.5 is used up", error.detail());
      assertEquals(new BigDecimal("0.6"), run.report().costUsd());
      assertEquals(0, new BigDecimal("0.6").compareTo(spent(kit)));
    }
  }

  @Test
  void what_was_reserved_bounds_a_run_that_says_nothing() throws Exception {
    try (RunTestKit kit = kit(shot -> refused(shot, "0.3"))) {
      Run run = kit.runs.start(APP, TestRunRequest.of("x").request()).await().run();

      assertEquals(
          "the 0.25 USD of this token's budget that were reserved for the run are used up",
          Objects.requireNonNull(run.error()).detail());
    }
  }

  @Test
  void a_run_without_any_bound_goes_on() throws Exception {
    try (RunTestKit kit =
        kit(
            shot -> {
              assertTrue(hasMoneyAfter(shot, "1000"));
              return FakeRun.answers("x").reporting(AgentReport.NONE);
            })) {
      Run run = kit.runs.start(RunTestKit.APP, TestRunRequest.of("x").request()).await().run();

      assertEquals(WorkState.COMPLETED, run.state());
      assertEquals(new BigDecimal("1000"), run.report().costUsd());
    }
  }

  @Test
  void a_run_that_was_cut_off_has_spent_what_its_requests_came_to_and_no_more() throws Exception {
    try (RunTestKit kit =
        kit(
            shot -> {
              assertTrue(hasMoneyAfter(shot, "0.07"));
              return FakeRun.silent().reporting(AgentReport.NONE);
            })) {
      RunTicket run = kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.6").request());
      kit.agents.awaitStarted(1);
      run.cancel();

      Run ended = run.await().run();
      assertEquals(WorkState.CANCELLED, ended.state());
      assertEquals(0, new BigDecimal("0.07").compareTo(spent(kit)), () -> spent(kit) + " USD");
      assertEquals(0, BigDecimal.ZERO.compareTo(kit.shares.budgets().spent("token-1").reserved()));
    }
  }

  @Test
  void what_comes_after_the_end_of_a_run_is_not_its_own() throws Exception {
    try (RunTestKit kit = kit(shot -> FakeRun.answers("x"))) {
      Run run = kit.runs.start(APP, TestRunRequest.of("x").request()).await().run();
      BigDecimal before = spent(kit);

      kit.shares.models().over(TestModelRequest.costing(user(run.id()), "0.5"));

      assertEquals(before, spent(kit));
    }
  }

  @Test
  void a_run_that_breaks_in_the_server_has_cost_what_it_spent() throws Exception {
    try (RunTestKit kit =
        kit(
            shot -> {
              assertTrue(hasMoneyAfter(shot, "0.07"));
              return FakeRun.silent().reporting(AgentReport.NONE);
            })) {
      kit.store.breakUpdates(run -> run.state() == WorkState.RUNNING);

      Run run =
          kit.runs.start(APP, TestRunRequest.of("x").maxBudgetUsd("0.6").request()).await().run();

      assertEquals(ErrorCode.INTERNAL_ERROR, Objects.requireNonNull(run.error()).code());
      assertEquals(new BigDecimal("0.07"), run.report().costUsd());
      assertEquals(0, new BigDecimal("0.07").compareTo(spent(kit)), () -> spent(kit) + " USD");
    }
  }

  private RunTestKit kit(Function<OneShot, FakeRun> script) {
    RunTestKit kit = RunTestKit.withPlaces(1, 1, "0.25", script);
    seen.complete(kit.shares.models());
    return kit;
  }

  private FakeRun refused(OneShot shot, String dollars) {
    assertTrue(!hasMoneyAfter(shot, dollars));
    return FakeRun.fails(AgentFailure.FAILED, "API Error: 402", "");
  }

  private boolean hasMoneyAfter(OneShot shot, String dollars) {
    ModelSpending models = seen.join();
    models.over(TestModelRequest.costing(user(shot.runId()), dollars));
    return models.hasMoney(user(shot.runId()));
  }

  private static ModelUser user(String runId) {
    return new ModelUser(ModelUser.Kind.RUN, runId);
  }

  private static BigDecimal spent(RunTestKit kit) {
    return kit.shares.budgets().spent("token-1").today();
  }
}

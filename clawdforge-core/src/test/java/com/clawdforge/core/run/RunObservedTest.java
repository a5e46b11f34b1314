package com.clawdforge.core.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.work.WorkObserver;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an observer learns about runs. */
final class RunObservedTest {
  @Test
  void each_step_is_observed_before_the_caller_is_answered() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      kit.start("x").await();

      assertEquals(
          List.of("run-1 accepted", "run-1 started", "run-1 spoke", "run-1 completed"),
          kit.observed.calls());
      assertEquals(
          new WorkObserver.Accepted(
              WorkObserver.Kind.RUN, "run-1", 0, "app", "claude", "sonnet", "request-of-1"),
          kit.observed.accepted().getFirst());
    }
  }

  @Test
  void a_run_that_never_got_a_place_never_started() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 10, Duration.ofMillis(20))) {
      RunTicket first = kit.start("hold");
      kit.start("x").await();
      kit.release("hold");
      first.await();

      assertEquals(
          List.of("run-2 accepted", "run-2 failed at_capacity"),
          kit.observed.calls().stream().filter(line -> line.startsWith("run-2")).toList());
    }
  }

  @Test
  void a_failure_is_observed_with_its_code() throws Exception {
    try (RunTestKit kit =
        RunTestKit.scripted(oneShot -> FakeRun.fails(AgentFailure.UNAUTHENTICATED, "no", ""))) {
      kit.start("x").await();

      assertEquals("run-1 failed agent_unauthenticated", kit.observed.calls().getLast());
    }
  }

  @Test
  void a_run_whose_end_cannot_be_recorded_has_ended_all_the_same() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      kit.store.breakUpdates(run -> true);
      RunTicket run = kit.start("x");

      assertThrows(RuntimeException.class, run::await);
      assertEquals("run-1 failed internal_error", kit.observed.calls().getLast());
    }
  }

  @Test
  void refused_and_joined_requests_are_not_observed() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      assertThrows(Refusal.class, () -> kit.start(" "));
      kit.start(TestRunRequest.of("x").key("k")).await();
      kit.start(TestRunRequest.of("x").key("k")).await();

      assertEquals(1, kit.observed.accepted().size());
    }
  }
}

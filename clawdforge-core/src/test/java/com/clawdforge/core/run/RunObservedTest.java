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

/** What an observer is told of runs. */
final class RunObservedTest {
  @Test
  void it_is_told_of_each_step_before_the_caller_is_answered() throws Exception {
    try (RunTestKit bench = RunTestKit.roomy()) {
      bench.start("x").await();

      assertEquals(
          List.of("run-1 accepted", "run-1 started", "run-1 spoke", "run-1 completed"),
          bench.observed.told());
      assertEquals(
          new WorkObserver.Accepted(
              WorkObserver.Kind.RUN, "run-1", 0, "app", "claude", "sonnet", "request-of-1"),
          bench.observed.accepted().getFirst());
    }
  }

  @Test
  void a_run_that_never_got_a_place_never_started() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(1, 10, Duration.ofMillis(20))) {
      RunTicket first = bench.start("hold");
      bench.start("x").await();
      bench.release("hold");
      first.await();

      assertEquals(
          List.of("run-2 accepted", "run-2 failed at_capacity"),
          bench.observed.told().stream().filter(line -> line.startsWith("run-2")).toList());
    }
  }

  @Test
  void a_failure_is_told_with_its_code() throws Exception {
    try (RunTestKit bench =
        RunTestKit.scripted(oneShot -> FakeRun.fails(AgentFailure.UNAUTHENTICATED, "no", ""))) {
      bench.start("x").await();

      assertEquals("run-1 failed agent_unauthenticated", bench.observed.told().getLast());
    }
  }

  @Test
  void a_run_whose_end_cannot_be_recorded_has_ended_all_the_same() throws Exception {
    try (RunTestKit bench = RunTestKit.roomy()) {
      bench.store.breakUpdates(run -> true);
      RunTicket run = bench.start("x");

      assertThrows(RuntimeException.class, run::await);
      assertEquals("run-1 failed internal_error", bench.observed.told().getLast());
    }
  }

  @Test
  void it_is_not_told_of_what_was_refused_or_joined() throws Exception {
    try (RunTestKit bench = RunTestKit.roomy()) {
      assertThrows(Refusal.class, () -> bench.start(" "));
      bench.start(TestRunRequest.that("x").key("k")).await();
      bench.start(TestRunRequest.that("x").key("k")).await();

      assertEquals(1, bench.observed.accepted().size());
    }
  }
}

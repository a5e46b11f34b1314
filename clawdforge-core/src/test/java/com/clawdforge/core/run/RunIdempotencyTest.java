package com.clawdforge.core.run;

import static com.clawdforge.core.Refusals.assertRefused;
import static com.clawdforge.core.run.RunTestKit.APP;
import static com.clawdforge.core.run.RunTestKit.OTHER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunIdempotencyTest {
  private static final Duration DAY = Duration.ofHours(24);

  @Test
  void the_same_request_joins_the_run_that_it_started() throws Exception {
    try (RunTestKit bench = RunTestKit.roomy()) {
      RunTicket first = bench.start(TestRunRequest.that("hold").key("k"));
      RunTicket second = bench.start(TestRunRequest.that("hold").key("k"));
      assertFalse(first.replayed());
      assertTrue(second.replayed());
      assertEquals(first.runId(), second.runId());

      bench.release("hold");
      assertEquals(first.await(), second.await());
      assertEquals(1, bench.agents.received().size());
    }
  }

  @Test
  void the_same_request_gets_the_same_answer_for_a_day_and_a_new_one_then() throws Exception {
    try (RunTestKit bench = RunTestKit.roomy()) {
      FinishedRun first = bench.start(TestRunRequest.that("x").key("k")).await();
      bench.clock.advance(DAY.minusSeconds(1));
      RunTicket again = bench.start(TestRunRequest.that("x").key("k"));
      assertTrue(again.replayed());
      assertEquals(first, again.await());
      assertEquals(1, bench.agents.received().size());

      bench.clock.advance(Duration.ofSeconds(2));
      RunTicket later = bench.start(TestRunRequest.that("x").key("k"));
      assertFalse(later.replayed());
      assertNotEquals(first.run().id(), later.runId());
      later.await();
      assertEquals(2, bench.agents.received().size());
    }
  }

  @Test
  void a_replay_does_not_need_the_files_any_more() throws Exception {
    try (RunTestKit bench = RunTestKit.roomy()) {
      TestRunRequest asking =
          TestRunRequest.that("x").key("k").files(List.of(bench.upload("a", "a")));
      FinishedRun first = bench.start(asking).await();
      bench.clock.advance(Duration.ofHours(2));
      assertEquals(first, bench.start(asking).await());
    }
  }

  @Test
  void a_key_whose_request_was_refused_for_a_missing_file_is_free() throws Exception {
    try (RunTestKit bench = RunTestKit.roomy()) {
      assertRefused(
          ErrorCode.NOT_FOUND,
          () -> bench.start(TestRunRequest.that("x").key("k").files(List.of("ff_none"))));
      RunTicket ticket = bench.start(TestRunRequest.that("x").key("k"));
      assertFalse(ticket.replayed());
      assertEquals(WorkState.COMPLETED, ticket.await().run().state());
    }
  }

  @Test
  void another_request_under_the_same_key_is_a_conflict_while_running_and_after() throws Exception {
    try (RunTestKit bench = RunTestKit.roomy()) {
      RunTicket first = bench.start(TestRunRequest.that("hold").key("k"));
      String file = bench.upload("a", "a");
      TestRunRequest other = TestRunRequest.that("y").key("k").files(List.of(file));
      assertRefused(ErrorCode.IDEMPOTENCY_CONFLICT, () -> bench.start(other));
      bench.release("hold");
      first.await();
      assertRefused(ErrorCode.IDEMPOTENCY_CONFLICT, () -> bench.start(other));
      assertEquals(0, bench.openContents());
      assertEquals(0, bench.runs.inFlight());
    }
  }

  @Test
  void a_key_belongs_to_its_token() throws Exception {
    try (RunTestKit bench = RunTestKit.roomy()) {
      bench.start(TestRunRequest.that("x").key("k")).await();
      RunTicket others = bench.runs.start(OTHER, TestRunRequest.that("y").key("k").request());
      assertFalse(others.replayed());
      others.await();
    }
  }

  @Test
  void a_failure_of_the_agent_is_remembered() throws Exception {
    try (RunTestKit bench =
        RunTestKit.scripted(one -> FakeRun.fails(AgentFailure.FAILED, "no luck", ""))) {
      FinishedRun first = bench.start(TestRunRequest.that("x").key("k")).await();
      assertEquals(first, bench.start(TestRunRequest.that("x").key("k")).await());
      assertEquals(1, bench.agents.received().size());
    }
  }

  @Test
  void an_agent_that_is_not_available_is_not_remembered() throws Exception {
    try (RunTestKit bench =
        RunTestKit.scripted(one -> FakeRun.fails(AgentFailure.UNAVAILABLE, "not installed", ""))) {
      bench.start(TestRunRequest.that("x").key("k")).await();
      assertFalse(bench.start(TestRunRequest.that("x").key("k")).replayed());
      bench.agents.awaitStarted(2);
    }
  }

  @Test
  void a_run_that_the_shutdown_cancelled_is_not_remembered() throws Exception {
    try (RunTestKit bench = RunTestKit.roomy()) {
      RunTicket ticket = bench.start(TestRunRequest.that("hold").key("k"));
      bench.agents.awaitStarted(1);
      bench.runs.drain(Duration.ZERO);
      Run run = ticket.await().run();
      IdempotencyKey key = new IdempotencyKey("k", "another body");
      Run retried =
          new Run(
              "next",
              APP.tokenId(),
              "app",
              "m",
              1,
              0,
              "r",
              new Progress(WorkState.QUEUED, run.createdAt(), null, null, run.report(), null),
              null,
              null);
      assertTrue(bench.ledger.add(retried, null, key, run.createdAt().minus(DAY)).isEmpty());
    }
  }

  @Test
  void parallel_duplicates_run_one_agent() {
    try (RunTestKit bench = RunTestKit.roomy()) {
      for (int round = 0; round < 50; round++) {
        String key = "k" + round;
        List<RunTicket> tickets =
            Concurrently.call(12, thread -> bench.start(TestRunRequest.that("x").key(key)));
        assertEquals(1, tickets.stream().filter(ticket -> !ticket.replayed()).count());
        assertEquals(1, tickets.stream().map(RunIdempotencyTest::outcome).distinct().count());
        assertEquals(round + 1, bench.agents.received().size());
      }
      assertEquals(0, bench.runs.inFlight());
    }
  }

  private static FinishedRun outcome(RunTicket ticket) {
    try {
      return ticket.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

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
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunIdempotencyTest {
  private static final Duration DAY = Duration.ofHours(24);

  @Test
  void the_same_request_joins_the_run_that_it_started() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      RunTicket first = kit.start(TestRunRequest.of("hold").key("k"));
      RunTicket second = kit.start(TestRunRequest.of("hold").key("k"));
      assertFalse(first.replayed());
      assertTrue(second.replayed());
      assertEquals(first.runId(), second.runId());

      kit.release("hold");
      assertEquals(first.await(), second.await());
      assertEquals(1, kit.agents.received().size());
    }
  }

  @Test
  void the_same_request_gets_the_same_answer_for_a_day_and_a_new_one_then() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      FinishedRun first = kit.start(TestRunRequest.of("x").key("k")).await();
      kit.clock.advance(DAY.minusSeconds(1));
      RunTicket again = kit.start(TestRunRequest.of("x").key("k"));
      assertTrue(again.replayed());
      assertEquals(first, again.await());
      assertEquals(1, kit.agents.received().size());

      kit.clock.advance(Duration.ofSeconds(2));
      RunTicket later = kit.start(TestRunRequest.of("x").key("k"));
      assertFalse(later.replayed());
      assertNotEquals(first.run().id(), later.runId());
      later.await();
      assertEquals(2, kit.agents.received().size());
    }
  }

  @Test
  void a_replay_does_not_need_the_files_any_more() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      TestRunRequest asking = TestRunRequest.of("x").key("k").files(List.of(kit.upload("a", "a")));
      FinishedRun first = kit.start(asking).await();
      kit.clock.advance(Duration.ofHours(2));
      assertEquals(first, kit.start(asking).await());
    }
  }

  @Test
  void a_key_whose_request_was_refused_for_a_missing_file_is_free() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      assertRefused(
          ErrorCode.NOT_FOUND,
          () -> kit.start(TestRunRequest.of("x").key("k").files(List.of("ff_none"))));
      RunTicket ticket = kit.start(TestRunRequest.of("x").key("k"));
      assertFalse(ticket.replayed());
      assertEquals(WorkState.COMPLETED, ticket.await().run().state());
    }
  }

  @Test
  void another_request_with_the_same_key_is_a_conflict() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      RunTicket first = kit.start(TestRunRequest.of("hold").key("k"));
      String file = kit.upload("a", "a");
      TestRunRequest other = TestRunRequest.of("y").key("k").files(List.of(file));
      assertRefused(ErrorCode.IDEMPOTENCY_CONFLICT, () -> kit.start(other));
      kit.release("hold");
      first.await();
      assertRefused(ErrorCode.IDEMPOTENCY_CONFLICT, () -> kit.start(other));
      assertEquals(0, kit.openContents());
      assertEquals(0, kit.runs.inFlight());
    }
  }

  @Test
  void a_key_belongs_to_its_token() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      kit.start(TestRunRequest.of("x").key("k")).await();
      RunTicket others = kit.runs.start(OTHER, TestRunRequest.of("y").key("k").request());
      assertFalse(others.replayed());
      others.await();
    }
  }

  @Test
  void a_failure_of_the_agent_is_remembered() throws Exception {
    try (RunTestKit kit =
        RunTestKit.scripted(one -> FakeRun.fails(AgentFailure.FAILED, "no luck", ""))) {
      FinishedRun first = kit.start(TestRunRequest.of("x").key("k")).await();
      assertEquals(first, kit.start(TestRunRequest.of("x").key("k")).await());
      assertEquals(1, kit.agents.received().size());
    }
  }

  @Test
  void an_agent_that_is_not_available_is_not_remembered() throws Exception {
    try (RunTestKit kit =
        RunTestKit.scripted(one -> FakeRun.fails(AgentFailure.UNAVAILABLE, "not installed", ""))) {
      kit.start(TestRunRequest.of("x").key("k")).await();
      assertFalse(kit.start(TestRunRequest.of("x").key("k")).replayed());
      kit.agents.awaitStarted(2);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_provider_in_trouble_is_remembered_only_if_the_model_acted(boolean acted) throws Exception {
    RetryAdvice retry = new RetryAdvice(null, null, acted);
    try (RunTestKit kit =
        RunTestKit.scripted(
            one -> FakeRun.fails(AgentFailure.PROVIDER_OVERLOADED, "busy", "", retry))) {
      kit.start(TestRunRequest.of("x").key("k")).await();
      assertEquals(acted, kit.start(TestRunRequest.of("x").key("k")).replayed());
    }
  }

  @Test
  void a_run_that_the_shutdown_cancelled_is_not_remembered() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      RunTicket ticket = kit.start(TestRunRequest.of("hold").key("k"));
      kit.agents.awaitStarted(1);
      kit.runs.drain(Duration.ZERO);
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
      assertTrue(kit.ledger.add(retried, null, key, run.createdAt().minus(DAY)).isEmpty());
    }
  }

  @Test
  void parallel_duplicates_run_one_agent() {
    try (RunTestKit kit = RunTestKit.roomy()) {
      for (int round = 0; round < 50; round++) {
        String key = "k" + round;
        List<RunTicket> tickets =
            Concurrently.call(12, thread -> kit.start(TestRunRequest.of("x").key(key)));
        assertEquals(1, tickets.stream().filter(ticket -> !ticket.replayed()).count());
        assertEquals(1, tickets.stream().map(RunIdempotencyTest::outcome).distinct().count());
        assertEquals(round + 1, kit.agents.received().size());
      }
      assertEquals(0, kit.runs.inFlight());
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

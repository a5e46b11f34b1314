package com.clawdforge.core.run;

import static com.clawdforge.core.Refusals.assertRefused;
import static com.clawdforge.core.run.RunServiceTest.error;
import static com.clawdforge.core.run.RunTestKit.APP;
import static com.clawdforge.core.run.RunTestKit.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.Load;
import com.clawdforge.core.work.WorkState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunQueueTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration INSTANT = Duration.ofMillis(20);

  @Test
  void runs_wait_for_a_place_first_come_first_served() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 10, LONG)) {
      List<RunTicket> tickets = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        tickets.add(kit.start("hold " + i));
      }
      kit.agents.awaitStarted(1);
      assertEquals(WorkState.QUEUED, kit.runs.get(APP, tickets.get(1).runId()).state());

      for (int i = 0; i < 5; i++) {
        kit.agents.awaitStarted(i + 1);
        assertEquals("hold " + i, kit.agents.received().get(i).oneShot().prompt().text());
        kit.clock.advance(Duration.ofSeconds(1));
        kit.release("hold " + i);
        tickets.get(i).await();
      }
      assertEquals(1, kit.agents.mostAtOnce());
      Run last = kit.recorded(tickets.get(4).runId());
      assertEquals(Duration.ofSeconds(4), last.queued());
      assertEquals(START.plusSeconds(5), last.endedAt());
    }
  }

  @Test
  void the_load_counts_running_and_waiting_runs() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 10, LONG)) {
      assertEquals(new Load(0, 0, 1), kit.runs.load());
      RunTicket first = kit.start("hold 1");
      RunTicket second = kit.start("hold 2");
      assertEquals(new Load(1, 1, 1), kit.runs.load());

      kit.release("hold 1");
      first.await();
      kit.release("hold 2");
      second.await();
      assertEquals(new Load(0, 0, 1), kit.runs.load());
    }
  }

  @Test
  void a_run_that_waits_too_long_is_recorded_as_failed_and_its_key_is_free() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 10, INSTANT)) {
      RunTicket first = kit.start("hold");
      Run waited = kit.start(TestRunRequest.of("x").key("k")).await().run();
      assertEquals(WorkState.FAILED, waited.state());
      assertEquals(ErrorCode.AT_CAPACITY, error(waited).code());
      assertNull(waited.startedAt());
      assertEquals(waited, kit.recorded(waited.id()));

      kit.release("hold");
      first.await();
      RunTicket again = kit.start(TestRunRequest.of("x").key("k"));
      assertEquals(WorkState.COMPLETED, again.await().run().state());
      assertTrue(!again.replayed() && !again.runId().equals(waited.id()));
    }
  }

  @Test
  void a_full_queue_refuses_at_once_and_records_nothing() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 1, LONG)) {
      String file = kit.upload("a", "a");
      kit.start("hold");
      kit.start("waits");
      Refusal refusal =
          assertRefused(
              ErrorCode.AT_CAPACITY, () -> kit.start(TestRunRequest.of("x").files(List.of(file))));
      assertNotNull(refusal.retryAfter());
      assertEquals(0, kit.openContents());
      assertEquals(2, kit.runs.listAll(PageRequest.all()).items().size());
      assertEquals(2, kit.runs.inFlight());
    }
  }

  @Test
  void a_full_queue_forgets_the_key_that_it_refuses() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 0, LONG)) {
      RunTicket first = kit.start("hold");
      assertRefused(ErrorCode.AT_CAPACITY, () -> kit.start(TestRunRequest.of("x").key("k")));
      kit.release("hold");
      first.await();
      assertEquals(
          WorkState.COMPLETED, kit.start(TestRunRequest.of("x").key("k")).await().run().state());
    }
  }

  @Test
  void a_repeated_request_needs_no_place() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 0, LONG)) {
      RunTicket first = kit.start(TestRunRequest.of("hold").key("k"));
      RunTicket second = kit.start(TestRunRequest.of("hold").key("k"));
      assertTrue(second.replayed());
      kit.release("hold");
      assertEquals(first.await(), second.await());
    }
  }

  @Test
  void a_timeout_that_passes_in_the_queue_is_a_timeout() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 1, LONG)) {
      kit.start("hold");
      RunTicket waiting = kit.start(TestRunRequest.of("x").timeout(Duration.ofSeconds(1)));
      Run run = waiting.await().run();
      assertEquals(WorkState.TIMED_OUT, run.state());
      assertEquals(ErrorCode.AGENT_TIMEOUT, error(run).code());
      assertEquals(1, kit.agents.received().size());
    }
  }

  @Test
  void a_queued_run_is_cancelled_without_an_agent_and_leaves_the_queue() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 1, LONG)) {
      String file = kit.upload("a", "a");
      kit.start("hold");
      RunTicket queued = kit.start(TestRunRequest.of("x").files(List.of(file)));
      assertEquals(1, kit.openContents());

      assertTrue(kit.runs.cancel(APP, queued.runId()));
      assertEquals(WorkState.CANCELLED, kit.recorded(queued.runId()).state());
      assertEquals(1, kit.agents.received().size());
      assertEquals(0, kit.openContents());

      RunTicket next = kit.start("y");
      kit.release("hold");
      assertEquals(WorkState.COMPLETED, next.await().run().state());
    }
  }

  @Test
  void a_file_that_is_deleted_while_its_run_waits_still_reaches_the_agent() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 1, LONG)) {
      String file = kit.upload("a", "content");
      kit.start("hold");
      RunTicket queued = kit.start(TestRunRequest.of("x").files(List.of(file)));
      kit.files.delete(APP, file);

      kit.release("hold");
      queued.await();
      byte[] got = kit.agents.received().get(1).contents().getFirst();
      assertEquals("content", new String(got, StandardCharsets.UTF_8));
      assertEquals(0, kit.openContents());
    }
  }

  @Test
  void an_answered_caller_finds_the_place_of_its_run_free() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 0, LONG)) {
      for (int i = 0; i < 2_000; i++) {
        assertEquals(WorkState.COMPLETED, kit.start("x").await().run().state());
      }
    }
  }

  @Test
  void cancelling_while_places_are_given_loses_no_place_and_no_run() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(2, 100, LONG)) {
      List<Integer> ends =
          Concurrently.call(
              16,
              thread -> {
                int over = 0;
                for (int i = 0; i < 100; i++) {
                  RunTicket ticket = kit.start("x");
                  if ((i + thread) % 2 == 0) {
                    ticket.cancel();
                  }
                  over += outcome(ticket).run().state().over() ? 1 : 0;
                }
                return over;
              });
      assertEquals(1_600, ends.stream().mapToInt(Integer::intValue).sum());
      assertTrue(kit.agents.mostAtOnce() <= 2);
      assertEquals(0, kit.runs.inFlight());
      assertEquals(0, kit.agents.runningNow());
      assertTrue(kit.ledger.unfinished().isEmpty());
    }
  }

  @Test
  void cancelling_at_the_moment_of_the_end_returns_how_it_ended() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(4, 0, LONG)) {
      for (int i = 0; i < 300; i++) {
        String prompt = "hold " + i;
        RunTicket ticket = kit.start(prompt);
        List<Boolean> cancelled =
            Concurrently.call(
                3,
                thread -> {
                  if (thread == 0) {
                    kit.release(prompt);
                    return false;
                  }
                  return cancel(kit, ticket);
                });
        WorkState state = outcome(ticket).run().state();
        assertEquals(state, kit.recorded(ticket.runId()).state());
        assertTrue(state == WorkState.CANCELLED || !cancelled.contains(true), state::toString);
        assertTrue(state == WorkState.COMPLETED || state == WorkState.CANCELLED, state::toString);
      }
    }
  }

  private static boolean cancel(RunTestKit kit, RunTicket ticket) {
    try {
      return kit.runs.cancel(APP, ticket.runId());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
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

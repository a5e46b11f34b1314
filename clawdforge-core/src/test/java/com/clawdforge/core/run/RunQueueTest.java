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
    try (RunTestKit bench = RunTestKit.withPlaces(1, 10, LONG)) {
      List<RunTicket> tickets = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        tickets.add(bench.start("hold " + i));
      }
      bench.agents.awaitStarted(1);
      assertEquals(WorkState.QUEUED, bench.runs.get(APP, tickets.get(1).runId()).state());

      for (int i = 0; i < 5; i++) {
        bench.agents.awaitStarted(i + 1);
        assertEquals("hold " + i, bench.agents.received().get(i).oneShot().prompt().text());
        bench.clock.advance(Duration.ofSeconds(1));
        bench.release("hold " + i);
        tickets.get(i).await();
      }
      assertEquals(1, bench.agents.mostAtOnce());
      Run last = bench.recorded(tickets.get(4).runId());
      assertEquals(Duration.ofSeconds(4), last.queued());
      assertEquals(START.plusSeconds(5), last.endedAt());
    }
  }

  @Test
  void the_load_tells_who_runs_and_who_waits() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(1, 10, LONG)) {
      assertEquals(new Load(0, 0, 1), bench.runs.load());
      RunTicket first = bench.start("hold 1");
      RunTicket second = bench.start("hold 2");
      assertEquals(new Load(1, 1, 1), bench.runs.load());

      bench.release("hold 1");
      first.await();
      bench.release("hold 2");
      second.await();
      assertEquals(new Load(0, 0, 1), bench.runs.load());
    }
  }

  @Test
  void a_run_that_waits_too_long_is_recorded_as_failed_and_its_key_is_free() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(1, 10, INSTANT)) {
      RunTicket first = bench.start("hold");
      Run waited = bench.start(TestRunRequest.that("x").key("k")).await().run();
      assertEquals(WorkState.FAILED, waited.state());
      assertEquals(ErrorCode.AT_CAPACITY, error(waited).code());
      assertNull(waited.startedAt());
      assertEquals(waited, bench.recorded(waited.id()));

      bench.release("hold");
      first.await();
      RunTicket again = bench.start(TestRunRequest.that("x").key("k"));
      assertEquals(WorkState.COMPLETED, again.await().run().state());
      assertTrue(!again.replayed() && !again.runId().equals(waited.id()));
    }
  }

  @Test
  void a_full_queue_refuses_at_once_and_records_nothing() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(1, 1, LONG)) {
      String file = bench.upload("a", "a");
      bench.start("hold");
      bench.start("waits");
      Refusal refusal =
          assertRefused(
              ErrorCode.AT_CAPACITY,
              () -> bench.start(TestRunRequest.that("x").files(List.of(file))));
      assertNotNull(refusal.retryAfter());
      assertEquals(0, bench.openContents());
      assertEquals(2, bench.runs.listAll(PageRequest.all()).items().size());
      assertEquals(2, bench.runs.inFlight());
    }
  }

  @Test
  void a_full_queue_forgets_the_key_that_it_refuses() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(1, 0, LONG)) {
      RunTicket first = bench.start("hold");
      assertRefused(ErrorCode.AT_CAPACITY, () -> bench.start(TestRunRequest.that("x").key("k")));
      bench.release("hold");
      first.await();
      assertEquals(
          WorkState.COMPLETED,
          bench.start(TestRunRequest.that("x").key("k")).await().run().state());
    }
  }

  @Test
  void a_repeated_request_needs_no_place() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(1, 0, LONG)) {
      RunTicket first = bench.start(TestRunRequest.that("hold").key("k"));
      RunTicket second = bench.start(TestRunRequest.that("hold").key("k"));
      assertTrue(second.replayed());
      bench.release("hold");
      assertEquals(first.await(), second.await());
    }
  }

  @Test
  void a_timeout_that_passes_in_the_queue_is_a_timeout() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(1, 1, LONG)) {
      bench.start("hold");
      RunTicket waiting = bench.start(TestRunRequest.that("x").timeout(Duration.ofSeconds(1)));
      Run run = waiting.await().run();
      assertEquals(WorkState.TIMED_OUT, run.state());
      assertEquals(ErrorCode.AGENT_TIMEOUT, error(run).code());
      assertEquals(1, bench.agents.received().size());
    }
  }

  @Test
  void a_queued_run_is_cancelled_without_an_agent_and_leaves_the_queue() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(1, 1, LONG)) {
      String file = bench.upload("a", "a");
      bench.start("hold");
      RunTicket queued = bench.start(TestRunRequest.that("x").files(List.of(file)));
      assertEquals(1, bench.openContents());

      assertTrue(bench.runs.cancel(APP, queued.runId()));
      assertEquals(WorkState.CANCELLED, bench.recorded(queued.runId()).state());
      assertEquals(1, bench.agents.received().size());
      assertEquals(0, bench.openContents());

      RunTicket next = bench.start("y");
      bench.release("hold");
      assertEquals(WorkState.COMPLETED, next.await().run().state());
    }
  }

  @Test
  void a_file_that_is_deleted_while_its_run_waits_still_reaches_the_agent() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(1, 1, LONG)) {
      String file = bench.upload("a", "content");
      bench.start("hold");
      RunTicket queued = bench.start(TestRunRequest.that("x").files(List.of(file)));
      bench.files.delete(APP, file);

      bench.release("hold");
      queued.await();
      byte[] got = bench.agents.received().get(1).contents().getFirst();
      assertEquals("content", new String(got, StandardCharsets.UTF_8));
      assertEquals(0, bench.openContents());
    }
  }

  @Test
  void whoever_was_answered_finds_the_place_of_his_run_free() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(1, 0, LONG)) {
      for (int i = 0; i < 2_000; i++) {
        assertEquals(WorkState.COMPLETED, bench.start("x").await().run().state());
      }
    }
  }

  @Test
  void cancelling_while_places_are_given_loses_no_place_and_no_run() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(2, 100, LONG)) {
      List<Integer> ends =
          Concurrently.call(
              16,
              thread -> {
                int over = 0;
                for (int i = 0; i < 100; i++) {
                  RunTicket ticket = bench.start("x");
                  if ((i + thread) % 2 == 0) {
                    ticket.cancel();
                  }
                  over += outcome(ticket).run().state().over() ? 1 : 0;
                }
                return over;
              });
      assertEquals(1_600, ends.stream().mapToInt(Integer::intValue).sum());
      assertTrue(bench.agents.mostAtOnce() <= 2);
      assertEquals(0, bench.runs.inFlight());
      assertEquals(0, bench.agents.runningNow());
      assertTrue(bench.ledger.unfinished().isEmpty());
    }
  }

  @Test
  void cancelling_at_the_moment_of_the_end_says_what_came_of_it() throws Exception {
    try (RunTestKit bench = RunTestKit.withPlaces(4, 0, LONG)) {
      for (int i = 0; i < 300; i++) {
        String prompt = "hold " + i;
        RunTicket ticket = bench.start(prompt);
        List<Boolean> cancelled =
            Concurrently.call(
                3,
                thread -> {
                  if (thread == 0) {
                    bench.release(prompt);
                    return false;
                  }
                  return cancel(bench, ticket);
                });
        WorkState state = outcome(ticket).run().state();
        assertEquals(state, bench.recorded(ticket.runId()).state());
        assertTrue(state == WorkState.CANCELLED || !cancelled.contains(true), state::toString);
        assertTrue(state == WorkState.COMPLETED || state == WorkState.CANCELLED, state::toString);
      }
    }
  }

  private static boolean cancel(RunTestKit bench, RunTicket ticket) {
    try {
      return bench.runs.cancel(APP, ticket.runId());
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

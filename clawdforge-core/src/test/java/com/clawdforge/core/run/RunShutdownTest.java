package com.clawdforge.core.run;

import static com.clawdforge.core.Refusals.assertRefused;
import static com.clawdforge.core.run.RunServiceTest.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.work.WorkState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RunShutdownTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration PROMPT = Duration.ofSeconds(20);

  @Test
  void nothing_is_accepted_any_more() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      String file = kit.upload("a", "a");
      kit.runs.stopAccepting();
      Refusal refusal =
          assertRefused(
              ErrorCode.SHUTTING_DOWN,
              () -> kit.start(TestRunRequest.of("x").files(List.of(file))));
      assertNotNull(refusal.retryAfter());
      assertEquals(0, kit.openContents());
      assertEquals(0, kit.runs.inFlight());
    }
  }

  @Test
  void draining_lets_running_and_queued_work_finish() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 1, LONG)) {
      RunTicket running = kit.start("hold");
      RunTicket queued = kit.start("x");
      FutureTask<Boolean> draining = draining(kit);

      kit.release("hold");
      assertTrue(draining.get(PROMPT.toSeconds(), TimeUnit.SECONDS));
      assertEquals(WorkState.COMPLETED, kit.recorded(running.runId()).state());
      assertEquals(WorkState.COMPLETED, kit.recorded(queued.runId()).state());
      assertEquals(0, kit.runs.inFlight());
    }
  }

  @Test
  void draining_cancels_what_is_not_over_in_time() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 1, LONG)) {
      RunTicket running = kit.start("hold");
      RunTicket queued = kit.start("x");
      kit.agents.awaitStarted(1);

      kit.runs.drain(Duration.ofMillis(20));
      for (RunTicket ticket : List.of(running, queued)) {
        Run run = kit.recorded(ticket.runId());
        assertEquals(WorkState.CANCELLED, run.state());
        assertEquals(ErrorCode.SHUTTING_DOWN, error(run).code());
      }
      assertEquals(0, kit.agents.runningNow());
    }
  }

  @Test
  void draining_does_not_wait_for_a_run_that_was_not_accepted_after_all() throws Exception {
    try (RunTestKit kit = RunTestKit.roomy()) {
      CountDownLatch adding = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      kit.store.breakAdds(
          run -> {
            adding.countDown();
            awaitQuietly(goOn);
            return true;
          });
      FutureTask<RunTicket> starting = new FutureTask<>(() -> kit.start("x"));
      Thread.ofVirtual().name("starting").start(starting);
      adding.await();
      FutureTask<Boolean> draining = draining(kit);

      goOn.countDown();
      assertThrows(Exception.class, starting::get);
      assertTrue(draining.get(PROMPT.toSeconds(), TimeUnit.SECONDS));
    }
  }

  @Test
  void work_accepted_while_draining_begins_is_over_when_it_ends() throws Exception {
    for (int round = 0; round < 100; round++) {
      try (RunTestKit kit = RunTestKit.withPlaces(2, 400, LONG)) {
        List<Integer> accepted =
            Concurrently.call(6, thread -> thread == 0 ? drain(kit) : startSome(kit, thread));
        int runs = accepted.stream().mapToInt(Integer::intValue).sum();
        assertEquals(0, kit.runs.inFlight());
        assertEquals(0, kit.agents.runningNow());
        assertTrue(kit.ledger.unfinished().isEmpty());
        assertEquals(runs, kit.agents.received().size());
      }
    }
  }

  @Test
  void a_store_that_takes_no_run_leaves_nothing_behind() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 0, LONG)) {
      String file = kit.upload("a", "a");
      kit.store.breakAdds(run -> true);
      for (int i = 0; i < 3; i++) {
        assertThrows(
            StoreException.class, () -> kit.start(TestRunRequest.of("x").files(List.of(file))));
      }
      assertEquals(0, kit.openContents());
      assertEquals(0, kit.runs.inFlight());
      assertTrue(kit.agents.received().isEmpty());

      kit.store.heal();
      assertEquals(WorkState.COMPLETED, kit.start("x").await().run().state());
    }
  }

  @Test
  void an_agent_whose_start_cannot_be_recorded_is_ended() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 0, LONG)) {
      kit.store.breakUpdates(run -> run.state() == WorkState.RUNNING);
      Run run = kit.start("hold").await().run();
      assertEquals(ErrorCode.INTERNAL_ERROR, error(run).code());
      assertNotNull(run.startedAt());
      assertEquals(0, kit.agents.runningNow());

      kit.store.heal();
      assertEquals(WorkState.COMPLETED, kit.start("x").await().run().state());
    }
  }

  @Test
  void an_end_that_cannot_be_recorded_fails_the_call_and_is_retried() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 0, LONG)) {
      String file = kit.upload("a", "a");
      kit.store.breakUpdates(run -> run.state().over());
      RunTicket ticket = kit.start(TestRunRequest.of("x").key("k").files(List.of(file)));
      assertThrows(
          StoreException.class, () -> assertTimeoutPreemptively(PROMPT, () -> ticket.await()));
      assertEquals(0, kit.runs.inFlight());
      assertEquals(0, kit.agents.runningNow());
      assertEquals(0, kit.openContents());
      assertEquals(WorkState.RUNNING, kit.recorded(ticket.runId()).state());

      // Its place is free: no limit needs to be raised.
      Refusal refusal =
          assertThrows(Refusal.class, () -> kit.start(TestRunRequest.of("x").key("k")));
      assertEquals(ErrorCode.AT_CAPACITY, refusal.code());
      assertEquals(
          "the earlier run under this Idempotency-Key is just ending; try again soon",
          refusal.detail());
      assertEquals(Duration.ofSeconds(5), refusal.retryAfter());

      assertThrows(StoreException.class, kit.runs::sweep);
      kit.store.heal();
      kit.runs.sweep();
      FinishedRun replayed = kit.start(TestRunRequest.of("x").key("k")).await();
      assertEquals(ticket.runId(), replayed.run().id());
      assertEquals(new Answer("x", false), replayed.answer());
      assertEquals(WorkState.COMPLETED, kit.start("y").await().run().state());
    }
  }

  @Test
  void an_unrecorded_refusal_frees_its_key_once_the_store_recovers() throws Exception {
    try (RunTestKit kit = RunTestKit.withPlaces(1, 0, LONG)) {
      kit.store.breakUpdates(run -> run.state().over());
      assertThrows(
          StoreException.class,
          () -> kit.start(TestRunRequest.of("x").key("k").files(List.of("ff_gone"))));
      kit.store.heal();
      kit.runs.sweep();

      assertTrue(kit.ledger.unfinished().isEmpty());
      assertEquals(
          WorkState.COMPLETED, kit.start(TestRunRequest.of("x").key("k")).await().run().state());
    }
  }

  // Waiting is part of the test: returns once draining has found work to wait for.
  private static FutureTask<Boolean> draining(RunTestKit kit) {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              kit.runs.drain(LONG);
              return true;
            });
    Thread thread = Thread.ofPlatform().name("draining").start(task);
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertTrue(thread.isAlive(), "draining waits for the runs");
      Thread.onSpinWait();
    }
    return task;
  }

  private static int drain(RunTestKit kit) {
    try {
      kit.runs.drain(LONG);
      return 0;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static int startSome(RunTestKit kit, int thread) {
    int accepted = 0;
    try {
      for (int i = 0; i < 20; i++) {
        kit.start(TestRunRequest.of("x").key(thread + "-" + i));
        accepted++;
      }
      return accepted;
    } catch (Refusal refusal) {
      assertEquals(ErrorCode.SHUTTING_DOWN, refusal.code());
      return accepted;
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(PROMPT.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

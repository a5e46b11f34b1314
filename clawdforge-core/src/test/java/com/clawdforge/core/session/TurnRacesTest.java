package com.clawdforge.core.session;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.WorkState;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What happens while something else is half done. */
final class TurnRacesTest {
  private static final IdempotencyKey KEY = new IdempotencyKey("key", "hash");

  private final AtomicBoolean cancelled = new AtomicBoolean(true);

  @Test
  void a_key_whose_turn_was_recorded_a_moment_ago_joins_it() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      FutureTask<TurnTicket> retry =
          new FutureTask<>(() -> stage.turns.start(SessionTestKit.APP, id, keyed(true)));
      stage.after(SessionTestKit.ADDS_TURN, () -> startAndLetWait(retry));

      Turn over = stage.turns.start(SessionTestKit.APP, id, keyed(true)).await();

      TurnTicket joined = retry.get(20, TimeUnit.SECONDS);
      assertTrue(joined.replayed());
      assertEquals(over, joined.await());
    }
  }

  @Test
  void a_key_whose_turn_is_just_being_recorded_joins_it_instead_of_standing_in_line_behind_it()
      throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      FutureTask<TurnTicket> retry =
          new FutureTask<>(() -> stage.turns.start(SessionTestKit.APP, id, keyed(false)));
      stage.before(SessionTestKit.ADDS_TURN, () -> startAndLetWait(retry));

      TurnTicket first = stage.turns.start(SessionTestKit.APP, id, keyed(false));

      TurnTicket joined = retry.get(20, TimeUnit.SECONDS);
      assertTrue(joined.replayed());
      stage.release("hold");
      assertEquals(first.await(), joined.await());
    }
  }

  @Test
  void the_events_of_a_turn_that_was_recorded_a_moment_ago_are_followed() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      FutureTask<List<String>> follower =
          new FutureTask<>(
              () -> SessionTestKit.read(stage.turns.events(SessionTestKit.APP, id, 1, 0)));
      stage.after(SessionTestKit.ADDS_TURN, () -> startAndLetWait(follower));

      stage.say(id, "hello").await();

      assertEquals(2, follower.get(20, TimeUnit.SECONDS).size());
    }
  }

  @Test
  void a_turn_that_is_not_recorded_yet_is_neither_shown_nor_cancelled() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      AtomicReference<OptionalInt> active = new AtomicReference<>(OptionalInt.of(-1));
      stage.before(
          SessionTestKit.ADDS_TURN,
          () -> {
            active.set(stage.turns.active(id));
            cancel(stage, id);
          });

      Turn turn = stage.say(id, "hello").await();

      assertEquals(OptionalInt.empty(), active.get());
      assertFalse(cancelled.get());
      assertEquals(WorkState.COMPLETED, turn.state());
    }
  }

  @Test
  void a_turn_whose_thread_cannot_start_does_not_keep_its_session_busy() {
    AtomicBoolean exhausted = new AtomicBoolean(true);
    ThreadFactory threads = Thread.ofVirtual().factory();
    try (SessionTestKit stage =
        SessionTestKit.withThreads(
            work -> {
              if (exhausted.getAndSet(false)) {
                throw new OutOfMemoryError("no more threads");
              }
              return threads.newThread(work);
            })) {
      String id = stage.open();

      assertThrows(OutOfMemoryError.class, () -> stage.say(id, "hello"));
      assertEquals(WorkState.COMPLETED, stage.say(id, "again").await().state());

      Turn lost = stage.turns.get(SessionTestKit.APP, id, 1);
      assertEquals(WorkState.FAILED, lost.state());
      assertEquals(OptionalInt.empty(), stage.turns.active(id));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_request_that_was_let_in_before_its_token_was_revoked_starts_no_turn() {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();

      stage.turns.cancelAllOf(SessionTestKit.APP.tokenId());

      assertRefused(ErrorCode.UNAUTHENTICATED, () -> stage.say(id, "hello"));
      assertEquals(0, stage.turns.inFlight());
    }
  }

  @Test
  void a_revoked_token_has_no_turn_started_by_the_end_of_another() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      TurnTicket first = stage.say(id, "hold");
      TurnTicket second = stage.say(id, "more");
      stage.agents.awaitTurns(1);

      stage.turns.cancelAllOf(SessionTestKit.APP.tokenId());

      assertEquals(WorkState.CANCELLED, first.await().state());
      assertEquals(WorkState.CANCELLED, second.await().state());
      assertEquals(1, stage.agents.receivedTurns().size());
    }
  }

  @Test
  void the_sweeper_leaves_a_session_alone_that_somebody_is_just_closing() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      TurnTicket turn = stage.say(id, "hold");
      stage.agents.awaitTurns(1);
      AtomicBoolean released = new AtomicBoolean();
      stage.after(
          SessionTestKit.CLOSES_SESSION,
          () -> {
            stage.sessions.releaseLeftovers();
            released.set(stage.ledger.closedUnreleased(9).isEmpty());
          });

      stage.sessions.close(SessionTestKit.APP, id);

      assertFalse(released.get());
      assertEquals(WorkState.CANCELLED, turn.await().state());
      assertEquals(List.of(), stage.ledger.closedUnreleased(9));
    }
  }

  private void cancel(SessionTestKit stage, String id) {
    try {
      cancelled.set(stage.turns.cancel(SessionTestKit.APP, id));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // Until it is done or waits for somebody: whoever wants to be first then can.
  private static void startAndLetWait(FutureTask<?> work) {
    Thread thread = Thread.ofPlatform().start(work);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < deadline) {
      switch (thread.getState()) {
        case WAITING, TIMED_WAITING, TERMINATED -> {
          return;
        }
        case NEW, RUNNABLE, BLOCKED -> Thread.onSpinWait();
      }
    }
    throw new AssertionError("the other thread is busy");
  }

  private static TurnRequest keyed(boolean queue) {
    String prompt = queue ? "hello" : "hold";
    return new TurnRequest(prompt, List.of(), SessionTestKit.LONG, queue, KEY, "request-1");
  }
}

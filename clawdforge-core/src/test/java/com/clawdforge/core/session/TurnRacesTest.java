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

/** What happens while another step is half done. */
final class TurnRacesTest {
  private static final IdempotencyKey KEY = new IdempotencyKey("key", "hash");

  private final AtomicBoolean cancelled = new AtomicBoolean(true);

  @Test
  void a_key_joins_the_turn_that_was_just_recorded() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      FutureTask<TurnTicket> retry =
          new FutureTask<>(() -> kit.turns.start(SessionTestKit.APP, id, keyed(true)));
      kit.after(SessionTestKit.ADDS_TURN, () -> startAndLetWait(retry));

      Turn over = kit.turns.start(SessionTestKit.APP, id, keyed(true)).await();

      TurnTicket joined = retry.get(20, TimeUnit.SECONDS);
      assertTrue(joined.replayed());
      assertEquals(over, joined.await());
    }
  }

  @Test
  void a_key_joins_the_turn_that_is_just_being_recorded() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      FutureTask<TurnTicket> retry =
          new FutureTask<>(() -> kit.turns.start(SessionTestKit.APP, id, keyed(false)));
      kit.before(SessionTestKit.ADDS_TURN, () -> startAndLetWait(retry));

      TurnTicket first = kit.turns.start(SessionTestKit.APP, id, keyed(false));

      TurnTicket joined = retry.get(20, TimeUnit.SECONDS);
      assertTrue(joined.replayed());
      kit.release("hold");
      assertEquals(first.await(), joined.await());
    }
  }

  @Test
  void the_events_of_a_turn_that_was_recorded_a_moment_ago_are_followed() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      FutureTask<List<String>> follower =
          new FutureTask<>(
              () -> SessionTestKit.read(kit.turns.follow(SessionTestKit.APP, id, 1, 0).events()));
      kit.after(SessionTestKit.ADDS_TURN, () -> startAndLetWait(follower));

      kit.prompt(id, "hello").await();

      assertEquals(2, follower.get(20, TimeUnit.SECONDS).size());
    }
  }

  @Test
  void a_turn_that_is_not_recorded_yet_is_neither_shown_nor_cancelled() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      AtomicReference<OptionalInt> active = new AtomicReference<>(OptionalInt.of(-1));
      kit.before(
          SessionTestKit.ADDS_TURN,
          () -> {
            active.set(kit.turns.active(id));
            cancel(kit, id);
          });

      Turn turn = kit.prompt(id, "hello").await();

      assertEquals(OptionalInt.empty(), active.get());
      assertFalse(cancelled.get());
      assertEquals(WorkState.COMPLETED, turn.state());
    }
  }

  @Test
  void a_turn_whose_thread_cannot_start_does_not_keep_its_session_busy() {
    AtomicBoolean exhausted = new AtomicBoolean(true);
    ThreadFactory threads = Thread.ofVirtual().factory();
    try (SessionTestKit kit =
        SessionTestKit.withThreads(
            work -> {
              if (exhausted.getAndSet(false)) {
                throw new OutOfMemoryError("no more threads");
              }
              return threads.newThread(work);
            })) {
      String id = kit.open();

      assertThrows(OutOfMemoryError.class, () -> kit.prompt(id, "hello"));
      assertEquals(WorkState.COMPLETED, kit.prompt(id, "again").await().state());

      Turn lost = kit.turns.get(SessionTestKit.APP, id, 1);
      assertEquals(WorkState.FAILED, lost.state());
      assertEquals(
          List.of(id + ".1 accepted", id + ".1 failed internal_error"),
          kit.observed.calls().subList(0, 2));
      assertEquals(OptionalInt.empty(), kit.turns.active(id));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_request_that_was_let_in_before_its_token_was_revoked_starts_no_turn() {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();

      kit.turns.cancelAllOf(SessionTestKit.APP.tokenId());

      assertRefused(ErrorCode.UNAUTHENTICATED, () -> kit.prompt(id, "hello"));
      assertEquals(0, kit.turns.inFlight());
    }
  }

  @Test
  void a_revoked_token_has_no_turn_started_by_the_end_of_another() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket first = kit.prompt(id, "hold");
      TurnTicket second = kit.prompt(id, "more");
      kit.agents.awaitTurns(1);

      kit.turns.cancelAllOf(SessionTestKit.APP.tokenId());

      assertEquals(WorkState.CANCELLED, first.await().state());
      assertEquals(WorkState.CANCELLED, second.await().state());
      assertEquals(1, kit.agents.receivedTurns().size());
    }
  }

  @Test
  void the_sweeper_skips_a_session_that_is_being_closed() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket turn = kit.prompt(id, "hold");
      kit.agents.awaitTurns(1);
      AtomicBoolean released = new AtomicBoolean();
      kit.after(
          SessionTestKit.CLOSES_SESSION,
          () -> {
            kit.sessions.releaseLeftovers();
            released.set(kit.ledger.closedUnreleased(9).isEmpty());
          });

      kit.sessions.close(SessionTestKit.APP, id);

      assertFalse(released.get());
      assertEquals(WorkState.CANCELLED, turn.await().state());
      assertEquals(List.of(), kit.ledger.closedUnreleased(9));
    }
  }

  private void cancel(SessionTestKit kit, String id) {
    try {
      cancelled.set(kit.turns.cancel(SessionTestKit.APP, id));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // Until the thread is done or blocked, so that another one can be first.
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

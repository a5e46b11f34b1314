package com.clawdforge.core.session;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.WorkState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TurnServiceTest {
  private static final IdempotencyKey KEY = new IdempotencyKey("key", "hash");

  @Test
  void a_cancel_reaches_the_agent_even_if_it_cannot_be_noted() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket turn = kit.prompt(id, "hold");
      kit.agents.awaitTurns(1);
      kit.before(
          SessionTestKit.NOTES,
          () -> {
            throw new StoreException("disk full", null);
          });

      assertThrows(StoreException.class, () -> kit.turns.cancel(SessionTestKit.APP, id));
      assertEquals(WorkState.CANCELLED, turn.await().state());
    }
  }

  @Test
  void a_turn_whose_time_passes_just_before_its_agent_starts_times_out() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      Duration timeout = Duration.ofSeconds(1);
      TurnRequest request = TestTurnRequest.of("hold").timeout(timeout).request();
      long deadline = System.nanoTime() + timeout.toNanos() + Duration.ofMillis(100).toNanos();
      kit.after(
          SessionTestKit.ADDS_TURN,
          () ->
              kit.before(
                  SessionTestKit.FINDS_SESSION,
                  () -> LockSupport.parkNanos(deadline - System.nanoTime())));

      Turn turn = kit.turns.start(SessionTestKit.APP, id, request).await();

      assertEquals(WorkState.TIMED_OUT, turn.state());
    }
  }

  @Test
  void a_turn_is_recorded_with_its_events_before_its_caller_is_answered() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();

      Turn turn = kit.prompt(id, "hello").await();

      assertEquals(WorkState.COMPLETED, turn.state());
      assertEquals(1, turn.index());
      assertEquals("end_turn", turn.report().stopReason());
      assertEquals(turn, kit.ledger.turn(id, 1).orElseThrow());
      assertEquals(2, kit.ledger.events(id, 1, 0, Long.MAX_VALUE).size());
      assertEquals(FakeRun.REPORT.usage(), kit.recorded(id).usage());
      assertEquals(List.of(SessionEvent.Kind.CREATE, SessionEvent.Kind.TURN), kit.trail(id));
    }
  }

  @Test
  void turns_of_one_session_run_one_at_a_time_in_order() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket first = kit.prompt(id, "hold");
      List<TurnTicket> others = new ArrayList<>();
      for (int i = 2; i <= 10; i++) {
        others.add(kit.prompt(id, "turn " + i));
      }
      kit.agents.awaitTurns(1);
      assertEquals(1, kit.turns.active(id).orElseThrow());

      kit.release("hold");
      first.await();
      for (TurnTicket ticket : others) {
        ticket.await();
      }

      assertEquals(1, kit.agents.mostAtOnce());
      assertEquals(
          IntStream.rangeClosed(2, 10).mapToObj(i -> "turn " + i).toList(),
          kit.agents.receivedTurns().stream().skip(1).map(t -> t.prompt().text()).toList());
      assertTrue(kit.turns.active(id).isEmpty());
    }
  }

  @Test
  void turns_that_come_at_once_run_in_the_order_of_their_indexes() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();

      List<TurnTicket> tickets = Concurrently.call(8, i -> kit.prompt(id, "prompt " + i));
      List<String> byIndex = new ArrayList<>(Collections.nCopies(8, ""));
      for (int i = 0; i < 8; i++) {
        tickets.get(i).await();
        byIndex.set(tickets.get(i).turnIndex() - 1, "prompt " + i);
      }

      assertEquals(
          byIndex, kit.agents.receivedTurns().stream().map(t -> t.prompt().text()).toList());
    }
  }

  @Test
  void a_turn_that_must_not_wait_and_the_17th_waiting_turn_are_refused() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      kit.prompt(id, "hold");
      TurnRequest impatient = TestTurnRequest.of("now").unqueued().request();

      assertRefused(
          ErrorCode.TURN_IN_PROGRESS, () -> kit.turns.start(SessionTestKit.APP, id, impatient));
      for (int i = 0; i < 16; i++) {
        kit.prompt(id, "waits");
      }
      assertRefused(ErrorCode.TURN_IN_PROGRESS, () -> kit.prompt(id, "one too many"));
      assertEquals(17, kit.recorded(id).turnCount());
    }
  }

  @Test
  void the_next_turn_goes_on_in_the_conversation_of_the_last() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      kit.prompt(id, "one").await();

      Turn second = kit.prompt(id, "two").await();

      List<FakeAgentRunner.ReceivedTurn> received = kit.agents.receivedTurns();
      assertNull(received.get(0).session().conversationId());
      assertEquals("conversation-" + id, received.get(1).session().conversationId());
      assertFalse(second.contextLost());
    }
  }

  @Test
  void an_agent_that_lost_the_conversation_is_noticed() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.scripted(
            (session, prompt) -> FakeRun.turn("ok").inConversation("about " + prompt.text()))) {
      String id = kit.open();

      assertFalse(kit.prompt(id, "apples").await().contextLost(), "there was nothing to lose");
      assertFalse(kit.prompt(id, "apples").await().contextLost());
      assertTrue(kit.prompt(id, "pears").await().contextLost());
      assertFalse(kit.prompt(id, "pears").await().contextLost());
      assertEquals("about pears", kit.recorded(id).conversationId());
    }
  }

  @Test
  void a_clock_that_is_set_while_a_turn_goes_on_changes_no_duration() throws Exception {
    AtomicLong nanos = new AtomicLong();
    try (SessionTestKit kit = SessionTestKit.counting(nanos::get)) {
      TurnTicket ticket = kit.prompt(kit.open(), "hold");
      kit.agents.awaitTurns(1);

      kit.clock.advance(Duration.ofDays(-3));
      nanos.addAndGet(Duration.ofSeconds(5).toNanos());
      kit.release("hold");

      assertEquals(Duration.ofSeconds(5), ticket.await().duration());
    }
  }

  @Test
  void the_refusal_tells_when_the_session_was_closed_with_milliseconds() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      kit.clock.advance(Duration.ofMillis(322));
      kit.sessions.close(SessionTestKit.APP, id);

      Refusal refusal = assertThrows(Refusal.class, () -> kit.prompt(id, "hello?"));
      assertEquals("session session-1 was closed at 2026-01-02T03:04:06.000Z", refusal.detail());
    }
  }

  @Test
  void a_turn_on_a_closed_session_is_refused() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      kit.sessions.close(SessionTestKit.APP, id);

      assertRefused(ErrorCode.SESSION_CLOSED, () -> kit.prompt(id, "hello?"));
      assertTrue(kit.agents.receivedTurns().isEmpty());
    }
  }

  @Test
  void events_can_be_read_while_the_turn_runs_and_from_any_place() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket turn = kit.prompt(id, "hold");
      EventReader live = kit.turns.follow(SessionTestKit.APP, id, 1, 0).events();

      EventReader.Batch first = live.next(Duration.ofSeconds(20));
      assertFalse(first.last());
      assertEquals(FakeRun.chunk("hold"), SessionTestKit.text(first.events().get(0)));
      kit.release("hold");
      turn.await();

      List<String> all =
          SessionTestKit.read(kit.turns.follow(SessionTestKit.APP, id, 1, 0).events());
      assertEquals(2, all.size());
      assertEquals(all, SessionTestKit.read(turn.events(0)));
      assertEquals(
          all.subList(1, 2),
          SessionTestKit.read(kit.turns.follow(SessionTestKit.APP, id, 1, 1).events()));
      assertEquals(
          List.of(), SessionTestKit.read(kit.turns.follow(SessionTestKit.APP, id, 1, 2).events()));
      assertEquals(
          List.of(), SessionTestKit.read(turn.events(99)), "beyond the end there is nothing");
    }
  }

  @Test
  void a_reader_is_not_kept_waiting_beyond_its_patience() throws Exception {
    try (SessionTestKit kit = SessionTestKit.scripted((session, prompt) -> FakeRun.silent())) {
      String id = kit.open();
      TurnTicket turn = kit.prompt(id, "hello");

      EventReader.Batch none = turn.events(0).next(Duration.ofMillis(1));

      assertTrue(none.events().isEmpty());
      assertFalse(none.last());
    }
  }

  @Test
  void twenty_readers_each_get_every_event_once() throws Exception {
    String[] lines =
        IntStream.range(0, 2000).mapToObj(i -> "{\"n\":" + i + "}").toArray(String[]::new);
    FakeRun.Hold hold = new FakeRun.Hold();
    try (SessionTestKit kit =
        SessionTestKit.scripted(
            (session, prompt) -> FakeRun.turn("ok").emitting(lines).heldBy(hold))) {
      String id = kit.open();
      TurnTicket turn = kit.prompt(id, "go");

      List<List<String>> read =
          Concurrently.call(
              20,
              i -> {
                try {
                  if (i == 0) {
                    hold.release();
                  }
                  return SessionTestKit.read(turn.events(0));
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });

      read.forEach(events -> assertEquals(List.of(lines), events));
    }
  }

  @Test
  void a_cancelled_turn_says_so_and_the_session_goes_on() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket turn = kit.prompt(id, "hold");
      TurnTicket next = kit.prompt(id, "next");
      kit.agents.awaitTurns(1);

      assertTrue(kit.turns.cancel(SessionTestKit.APP, id));

      assertEquals(WorkState.CANCELLED, turn.await().state());
      assertEquals("cancelled", turn.await().report().stopReason());
      assertNull(turn.await().error());
      assertEquals(WorkState.COMPLETED, next.await().state());
      assertFalse(kit.turns.cancel(SessionTestKit.APP, id), "nothing runs");
      assertTrue(kit.trail(id).contains(SessionEvent.Kind.CANCEL));
    }
  }

  @Test
  void one_turn_is_cancelled_and_the_others_stay() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket running = kit.prompt(id, "hold");
      TurnTicket waiting = kit.prompt(id, "later");
      kit.agents.awaitTurns(1);

      assertTrue(kit.turns.cancel(SessionTestKit.APP, id, waiting.turnIndex()));

      assertEquals(WorkState.CANCELLED, waiting.await().state());
      assertEquals(1, kit.agents.receivedTurns().size(), "it never reached the agent");
      assertEquals(OptionalInt.of(running.turnIndex()), kit.turns.active(id));
      assertFalse(kit.turns.cancel(SessionTestKit.APP, id, waiting.turnIndex()), "it is over");
      assertTrue(kit.turns.cancel(SessionTestKit.APP, id, running.turnIndex()));
      assertEquals(WorkState.CANCELLED, running.await().state());
    }
  }

  @Test
  void the_same_key_joins_the_turn_or_gives_its_answer_again() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket first = kit.turns.start(SessionTestKit.APP, id, keyed("hold", KEY));
      TurnTicket joined = kit.turns.start(SessionTestKit.APP, id, keyed("hold", KEY));
      kit.release("hold");
      Turn over = first.await();
      TurnTicket again = kit.turns.start(SessionTestKit.APP, id, keyed("hold", KEY));

      assertTrue(joined.replayed());
      assertEquals(over, joined.await());
      assertTrue(again.replayed());
      assertEquals(over, again.await());
      assertEquals(SessionTestKit.read(first.events(0)), SessionTestKit.read(again.events(0)));
      assertEquals(1, kit.agents.receivedTurns().size());
    }
  }

  @Test
  void the_same_key_on_another_session_or_body_is_a_conflict() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      String another = kit.open();
      kit.turns.start(SessionTestKit.APP, id, keyed("hi", KEY)).await();

      assertRefused(
          ErrorCode.IDEMPOTENCY_CONFLICT,
          () -> kit.turns.start(SessionTestKit.APP, another, keyed("hi", KEY)));
      assertRefused(
          ErrorCode.IDEMPOTENCY_CONFLICT,
          () ->
              kit.turns.start(
                  SessionTestKit.APP, id, keyed("ho", new IdempotencyKey("key", "another"))));
    }
  }

  @Test
  void a_retry_gets_its_answer_also_when_the_session_is_closed_meanwhile() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      Turn turn = kit.turns.start(SessionTestKit.APP, id, keyed("hi", KEY)).await();
      kit.sessions.close(SessionTestKit.APP, id);

      assertEquals(turn, kit.turns.start(SessionTestKit.APP, id, keyed("hi", KEY)).await());
    }
  }

  @Test
  void a_turn_without_a_place_fails_for_now_and_its_key_may_be_used_again() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.limited(SessionTestKit.limits(64, 1, 0, SessionTestKit.LONG))) {
      TurnTicket held = kit.prompt(kit.open(), "hold");
      kit.agents.awaitTurns(1);
      String id = kit.open();

      Turn refused = kit.turns.start(SessionTestKit.APP, id, keyed("hi", KEY)).await();
      assertEquals(ErrorCode.AT_CAPACITY, code(refused));

      kit.release("hold");
      held.await();
      assertEquals(
          WorkState.COMPLETED,
          kit.turns.start(SessionTestKit.APP, id, keyed("hi", KEY)).await().state());
    }
  }

  @Test
  void a_turn_waits_for_a_place_no_longer_than_it_may() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.limited(SessionTestKit.limits(64, 1, 4, Duration.ofMillis(20)))) {
      kit.prompt(kit.open(), "hold");
      kit.agents.awaitTurns(1);

      assertEquals(ErrorCode.AT_CAPACITY, code(kit.prompt(kit.open(), "hi").await()));
    }
  }

  @Test
  void eight_sessions_share_four_places() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.limited(SessionTestKit.limits(64, 4, 64, SessionTestKit.LONG))) {
      List<TurnTicket> tickets = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        tickets.add(kit.prompt(kit.open(), "hold " + i));
      }
      kit.agents.awaitTurns(4);
      for (int i = 0; i < 8; i++) {
        kit.release("hold " + i);
      }
      for (TurnTicket ticket : tickets) {
        assertEquals(WorkState.COMPLETED, ticket.await().state());
      }

      assertEquals(4, kit.agents.mostAtOnce());
    }
  }

  @Test
  void a_turn_that_waits_too_long_for_its_session_has_timed_out() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      kit.prompt(id, "hold");
      TurnRequest hasty = TestTurnRequest.of("hi").timeout(Duration.ofSeconds(1)).request();

      Turn late = kit.turns.start(SessionTestKit.APP, id, hasty).await();

      assertEquals(WorkState.TIMED_OUT, late.state());
      assertEquals(ErrorCode.AGENT_TIMEOUT, code(late));
      // No place was missing: there are 64.
      assertEquals(
          "an earlier turn of the session was still running when timeout_secs had passed",
          Objects.requireNonNull(late.error()).detail());
    }
  }

  @Test
  void a_turn_that_waits_too_long_for_a_place_says_so() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.limited(SessionTestKit.limits(64, 1, 4, SessionTestKit.LONG))) {
      kit.prompt(kit.open(), "hold");
      kit.agents.awaitTurns(1);
      TurnRequest hasty = TestTurnRequest.of("hi").timeout(Duration.ofSeconds(1)).request();

      Turn late = kit.turns.start(SessionTestKit.APP, kit.open(), hasty).await();

      assertEquals(WorkState.TIMED_OUT, late.state());
      assertEquals(
          "no place became free for the turn within timeout_secs",
          Objects.requireNonNull(late.error()).detail());
    }
  }

  @Test
  void the_failure_of_the_agent_is_reported() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.scripted(
            (session, prompt) -> FakeRun.fails(AgentFailure.UNAUTHENTICATED, "log in", "tail"))) {
      Turn turn = kit.prompt(kit.open(), "hi").await();

      assertEquals(WorkState.FAILED, turn.state());
      assertEquals(ErrorCode.AGENT_UNAUTHENTICATED, code(turn));
    }
  }

  @Test
  void an_agent_that_cannot_be_prompted_fails_the_turn_not_the_session() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.scripted(
            (session, prompt) -> {
              if (prompt.text().equals("break")) {
                throw new IllegalStateException("a defect");
              }
              return FakeRun.turn("ok");
            })) {
      String id = kit.open();

      assertEquals(ErrorCode.INTERNAL_ERROR, code(kit.prompt(id, "break").await()));
      assertEquals(WorkState.COMPLETED, kit.prompt(id, "go on").await().state());
    }
  }

  @Test
  void a_revoked_token_has_its_turns_cancelled() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      TurnTicket turn = kit.prompt(kit.open(), "hold");
      kit.agents.awaitTurns(1);

      kit.turns.cancelAllOf("token-2");
      assertEquals(1, kit.turns.inFlight());
      kit.turns.cancelAllOf("token-1");

      assertEquals(WorkState.CANCELLED, turn.await().state());
    }
  }

  @Test
  void a_drain_lets_turns_finish_and_cancels_those_that_do_not() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      TurnTicket stuck = kit.prompt(kit.open(), "hold");
      kit.agents.awaitTurns(1);

      kit.turns.drain(Duration.ofMillis(20));

      Turn over = stuck.await();
      assertEquals(WorkState.CANCELLED, over.state());
      assertEquals(ErrorCode.SHUTTING_DOWN, code(over));
      assertRefused(ErrorCode.SHUTTING_DOWN, () -> kit.prompt("session-1", "more"));
      assertRefused(ErrorCode.SHUTTING_DOWN, kit::open);
    }
  }

  @Test
  void turns_are_listed_newest_first() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      kit.prompt(id, "one").await();
      kit.prompt(id, "two").await();

      assertEquals(
          List.of(2, 1),
          kit.turns.list(SessionTestKit.APP, id, PageRequest.all()).items().stream()
              .map(Turn::index)
              .toList());
      assertRefused(ErrorCode.NOT_FOUND, () -> kit.turns.get(SessionTestKit.APP, id, 3));
      assertRefused(ErrorCode.NOT_FOUND, () -> kit.turns.get(SessionTestKit.OTHER, id, 1));
    }
  }

  private static TurnRequest keyed(String prompt, IdempotencyKey key) {
    return TestTurnRequest.of(prompt).key(key).request();
  }

  private static ErrorCode code(Turn turn) {
    assertNotNull(turn.error());
    return turn.error().code();
  }
}

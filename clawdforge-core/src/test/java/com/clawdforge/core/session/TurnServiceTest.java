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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TurnServiceTest {
  private static final IdempotencyKey KEY = new IdempotencyKey("key", "hash");

  @Test
  void a_turn_is_recorded_with_its_events_before_anybody_is_answered() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();

      Turn turn = stage.say(id, "hello").await();

      assertEquals(WorkState.COMPLETED, turn.state());
      assertEquals(1, turn.index());
      assertEquals("end_turn", turn.report().stopReason());
      assertEquals(turn, stage.ledger.turn(id, 1).orElseThrow());
      assertEquals(2, stage.ledger.events(id, 1, 0, Long.MAX_VALUE).size());
      assertEquals(FakeRun.REPORT.usage(), stage.recorded(id).usage());
      assertEquals(List.of(SessionEvent.Kind.CREATE, SessionEvent.Kind.TURN), stage.trail(id));
    }
  }

  @Test
  void turns_of_one_session_go_one_by_one_in_their_order() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      TurnTicket first = stage.say(id, "hold");
      List<TurnTicket> others = new ArrayList<>();
      for (int i = 2; i <= 10; i++) {
        others.add(stage.say(id, "turn " + i));
      }
      stage.agents.awaitTurns(1);
      assertEquals(1, stage.turns.active(id).orElseThrow());

      stage.release("hold");
      first.await();
      for (TurnTicket ticket : others) {
        ticket.await();
      }

      assertEquals(1, stage.agents.mostAtOnce());
      assertEquals(
          IntStream.rangeClosed(2, 10).mapToObj(i -> "turn " + i).toList(),
          stage.agents.receivedTurns().stream().skip(1).map(t -> t.prompt().text()).toList());
      assertTrue(stage.turns.active(id).isEmpty());
    }
  }

  @Test
  void turns_that_come_at_once_run_in_the_order_of_their_indexes() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();

      List<TurnTicket> tickets = Concurrently.call(8, i -> stage.say(id, "prompt " + i));
      List<String> byIndex = new ArrayList<>(Collections.nCopies(8, ""));
      for (int i = 0; i < 8; i++) {
        tickets.get(i).await();
        byIndex.set(tickets.get(i).turnIndex() - 1, "prompt " + i);
      }

      assertEquals(
          byIndex, stage.agents.receivedTurns().stream().map(t -> t.prompt().text()).toList());
    }
  }

  @Test
  void whoever_will_not_wait_is_refused_and_so_is_the_seventeenth_who_would() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      stage.say(id, "hold");
      TurnRequest impatient =
          new TurnRequest("now", List.of(), SessionTestKit.LONG, false, null, "request-2");

      assertRefused(
          ErrorCode.TURN_IN_PROGRESS, () -> stage.turns.start(SessionTestKit.APP, id, impatient));
      for (int i = 0; i < 16; i++) {
        stage.say(id, "waits");
      }
      assertRefused(ErrorCode.TURN_IN_PROGRESS, () -> stage.say(id, "one too many"));
      assertEquals(17, stage.recorded(id).turnCount());
    }
  }

  @Test
  void the_next_turn_goes_on_in_the_conversation_of_the_last() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      stage.say(id, "one").await();

      Turn second = stage.say(id, "two").await();

      List<FakeAgentRunner.ReceivedTurn> received = stage.agents.receivedTurns();
      assertNull(received.get(0).session().conversationId());
      assertEquals("conversation-" + id, received.get(1).session().conversationId());
      assertFalse(second.contextLost());
    }
  }

  @Test
  void an_agent_that_comes_back_without_the_conversation_is_found_out() throws Exception {
    try (SessionTestKit stage =
        SessionTestKit.scripted(
            (session, prompt) -> FakeRun.turn("ok").inConversation("about " + prompt.text()))) {
      String id = stage.open();

      assertFalse(stage.say(id, "apples").await().contextLost(), "there was nothing to lose");
      assertFalse(stage.say(id, "apples").await().contextLost());
      assertTrue(stage.say(id, "pears").await().contextLost());
      assertFalse(stage.say(id, "pears").await().contextLost());
      assertEquals("about pears", stage.recorded(id).conversationId());
    }
  }

  @Test
  void the_refusal_tells_when_the_session_was_closed_with_milliseconds() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      stage.clock.advance(Duration.ofMillis(322));
      stage.sessions.close(SessionTestKit.APP, id);

      Refusal refusal = assertThrows(Refusal.class, () -> stage.say(id, "hello?"));
      assertEquals("session session-1 was closed at 2026-01-02T03:04:06.000Z", refusal.detail());
    }
  }

  @Test
  void a_turn_on_a_closed_session_is_refused() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      stage.sessions.close(SessionTestKit.APP, id);

      assertRefused(ErrorCode.SESSION_CLOSED, () -> stage.say(id, "hello?"));
      assertTrue(stage.agents.receivedTurns().isEmpty());
    }
  }

  @Test
  void events_can_be_read_while_the_turn_runs_and_from_any_place() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      TurnTicket turn = stage.say(id, "hold");
      EventReader live = stage.turns.events(SessionTestKit.APP, id, 1, 0);

      EventReader.Batch first = live.next(Duration.ofSeconds(20));
      assertFalse(first.last());
      assertEquals(FakeRun.chunk("hold"), SessionTestKit.text(first.events().get(0)));
      stage.release("hold");
      turn.await();

      List<String> all = SessionTestKit.read(stage.turns.events(SessionTestKit.APP, id, 1, 0));
      assertEquals(2, all.size());
      assertEquals(all, SessionTestKit.read(turn.events(0)));
      assertEquals(
          all.subList(1, 2), SessionTestKit.read(stage.turns.events(SessionTestKit.APP, id, 1, 1)));
      assertEquals(
          List.of(), SessionTestKit.read(stage.turns.events(SessionTestKit.APP, id, 1, 2)));
      assertEquals(
          List.of(), SessionTestKit.read(turn.events(99)), "beyond the end there is nothing");
    }
  }

  @Test
  void a_reader_is_not_kept_waiting_beyond_its_patience() throws Exception {
    try (SessionTestKit stage = SessionTestKit.scripted((session, prompt) -> FakeRun.silent())) {
      String id = stage.open();
      TurnTicket turn = stage.say(id, "hello");

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
    try (SessionTestKit stage =
        SessionTestKit.scripted(
            (session, prompt) -> FakeRun.turn("ok").emitting(lines).heldBy(hold))) {
      String id = stage.open();
      TurnTicket turn = stage.say(id, "go");

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
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      TurnTicket turn = stage.say(id, "hold");
      TurnTicket next = stage.say(id, "next");
      stage.agents.awaitTurns(1);

      assertTrue(stage.turns.cancel(SessionTestKit.APP, id));

      assertEquals(WorkState.CANCELLED, turn.await().state());
      assertEquals("cancelled", turn.await().report().stopReason());
      assertNull(turn.await().error());
      assertEquals(WorkState.COMPLETED, next.await().state());
      assertFalse(stage.turns.cancel(SessionTestKit.APP, id), "nothing runs");
      assertTrue(stage.trail(id).contains(SessionEvent.Kind.CANCEL));
    }
  }

  @Test
  void a_turn_that_is_not_over_within_the_grace_is_not_called_cancelled() throws Exception {
    CountDownLatch mayBeRecorded = new CountDownLatch(1);
    try (SessionTestKit stage = SessionTestKit.withCancelGrace(Duration.ofMillis(20))) {
      String id = stage.open();
      stage.before(SessionTestKit.RECORDS, () -> await(mayBeRecorded));
      TurnTicket turn = stage.say(id, "hold");
      stage.agents.awaitTurns(1);

      assertFalse(stage.turns.cancel(SessionTestKit.APP, id));
      assertFalse(stage.turns.cancel(SessionTestKit.APP, id, turn.turnIndex()));
      mayBeRecorded.countDown();
      assertEquals(WorkState.CANCELLED, turn.await().state());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void one_turn_is_cancelled_and_the_others_stay() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      TurnTicket running = stage.say(id, "hold");
      TurnTicket waiting = stage.say(id, "later");
      stage.agents.awaitTurns(1);

      assertTrue(stage.turns.cancel(SessionTestKit.APP, id, waiting.turnIndex()));

      assertEquals(WorkState.CANCELLED, waiting.await().state());
      assertEquals(1, stage.agents.receivedTurns().size(), "it never reached the agent");
      assertEquals(OptionalInt.of(running.turnIndex()), stage.turns.active(id));
      assertFalse(stage.turns.cancel(SessionTestKit.APP, id, waiting.turnIndex()), "it is over");
      assertTrue(stage.turns.cancel(SessionTestKit.APP, id, running.turnIndex()));
      assertEquals(WorkState.CANCELLED, running.await().state());
    }
  }

  @Test
  void the_same_key_joins_the_turn_or_gives_its_answer_again() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      TurnTicket first = stage.turns.start(SessionTestKit.APP, id, keyed("hold", KEY));
      TurnTicket joined = stage.turns.start(SessionTestKit.APP, id, keyed("hold", KEY));
      stage.release("hold");
      Turn over = first.await();
      TurnTicket again = stage.turns.start(SessionTestKit.APP, id, keyed("hold", KEY));

      assertTrue(joined.replayed());
      assertEquals(over, joined.await());
      assertTrue(again.replayed());
      assertEquals(over, again.await());
      assertEquals(SessionTestKit.read(first.events(0)), SessionTestKit.read(again.events(0)));
      assertEquals(1, stage.agents.receivedTurns().size());
    }
  }

  @Test
  void the_same_key_on_another_session_or_body_is_a_conflict() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      String another = stage.open();
      stage.turns.start(SessionTestKit.APP, id, keyed("hi", KEY)).await();

      assertRefused(
          ErrorCode.IDEMPOTENCY_CONFLICT,
          () -> stage.turns.start(SessionTestKit.APP, another, keyed("hi", KEY)));
      assertRefused(
          ErrorCode.IDEMPOTENCY_CONFLICT,
          () ->
              stage.turns.start(
                  SessionTestKit.APP, id, keyed("ho", new IdempotencyKey("key", "another"))));
    }
  }

  @Test
  void a_retry_gets_its_answer_also_when_the_session_is_closed_meanwhile() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      Turn turn = stage.turns.start(SessionTestKit.APP, id, keyed("hi", KEY)).await();
      stage.sessions.close(SessionTestKit.APP, id);

      assertEquals(turn, stage.turns.start(SessionTestKit.APP, id, keyed("hi", KEY)).await());
    }
  }

  @Test
  void a_turn_without_a_place_fails_for_now_and_its_key_may_be_used_again() throws Exception {
    try (SessionTestKit stage =
        SessionTestKit.limited(SessionTestKit.limits(64, 1, 0, SessionTestKit.LONG))) {
      TurnTicket held = stage.say(stage.open(), "hold");
      stage.agents.awaitTurns(1);
      String id = stage.open();

      Turn refused = stage.turns.start(SessionTestKit.APP, id, keyed("hi", KEY)).await();
      assertEquals(ErrorCode.AT_CAPACITY, code(refused));

      stage.release("hold");
      held.await();
      assertEquals(
          WorkState.COMPLETED,
          stage.turns.start(SessionTestKit.APP, id, keyed("hi", KEY)).await().state());
    }
  }

  @Test
  void a_turn_waits_for_a_place_no_longer_than_it_may() throws Exception {
    try (SessionTestKit stage =
        SessionTestKit.limited(SessionTestKit.limits(64, 1, 4, Duration.ofMillis(20)))) {
      stage.say(stage.open(), "hold");
      stage.agents.awaitTurns(1);

      assertEquals(ErrorCode.AT_CAPACITY, code(stage.say(stage.open(), "hi").await()));
    }
  }

  @Test
  void eight_sessions_share_four_places() throws Exception {
    try (SessionTestKit stage =
        SessionTestKit.limited(SessionTestKit.limits(64, 4, 64, SessionTestKit.LONG))) {
      List<TurnTicket> tickets = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        tickets.add(stage.say(stage.open(), "hold " + i));
      }
      stage.agents.awaitTurns(4);
      for (int i = 0; i < 8; i++) {
        stage.release("hold " + i);
      }
      for (TurnTicket ticket : tickets) {
        assertEquals(WorkState.COMPLETED, ticket.await().state());
      }

      assertEquals(4, stage.agents.mostAtOnce());
    }
  }

  @Test
  void a_turn_that_waits_too_long_for_its_session_has_timed_out() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      stage.say(id, "hold");
      TurnRequest hasty =
          new TurnRequest("hi", List.of(), Duration.ofSeconds(1), true, null, "request-2");

      Turn late = stage.turns.start(SessionTestKit.APP, id, hasty).await();

      assertEquals(WorkState.TIMED_OUT, late.state());
      assertEquals(ErrorCode.AGENT_TIMEOUT, code(late));
      // No place was missing: there are 64.
      assertEquals(
          "an earlier turn of the session was still running when timeout_secs had passed",
          Objects.requireNonNull(late.error()).detail());
    }
  }

  @Test
  void a_turn_that_waits_too_long_for_a_place_is_told_so() throws Exception {
    try (SessionTestKit stage =
        SessionTestKit.limited(SessionTestKit.limits(64, 1, 4, SessionTestKit.LONG))) {
      stage.say(stage.open(), "hold");
      stage.agents.awaitTurns(1);
      TurnRequest hasty =
          new TurnRequest("hi", List.of(), Duration.ofSeconds(1), true, null, "request-2");

      Turn late = stage.turns.start(SessionTestKit.APP, stage.open(), hasty).await();

      assertEquals(WorkState.TIMED_OUT, late.state());
      assertEquals(
          "no place became free for the turn within timeout_secs",
          Objects.requireNonNull(late.error()).detail());
    }
  }

  @Test
  void what_the_agent_fails_with_is_told() throws Exception {
    try (SessionTestKit stage =
        SessionTestKit.scripted(
            (session, prompt) -> FakeRun.fails(AgentFailure.UNAUTHENTICATED, "log in", "tail"))) {
      Turn turn = stage.say(stage.open(), "hi").await();

      assertEquals(WorkState.FAILED, turn.state());
      assertEquals(ErrorCode.AGENT_UNAUTHENTICATED, code(turn));
    }
  }

  @Test
  void an_agent_that_cannot_even_be_asked_is_a_failed_turn_and_not_a_stuck_session()
      throws Exception {
    try (SessionTestKit stage =
        SessionTestKit.scripted(
            (session, prompt) -> {
              if (prompt.text().equals("break")) {
                throw new IllegalStateException("a defect");
              }
              return FakeRun.turn("ok");
            })) {
      String id = stage.open();

      assertEquals(ErrorCode.INTERNAL_ERROR, code(stage.say(id, "break").await()));
      assertEquals(WorkState.COMPLETED, stage.say(id, "go on").await().state());
    }
  }

  @Test
  void a_revoked_token_has_its_turns_cancelled() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      TurnTicket turn = stage.say(stage.open(), "hold");
      stage.agents.awaitTurns(1);

      stage.turns.cancelAllOf("token-2");
      assertEquals(1, stage.turns.inFlight());
      stage.turns.cancelAllOf("token-1");

      assertEquals(WorkState.CANCELLED, turn.await().state());
    }
  }

  @Test
  void a_drain_lets_turns_finish_and_cancels_those_that_do_not() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      TurnTicket stuck = stage.say(stage.open(), "hold");
      stage.agents.awaitTurns(1);

      stage.turns.drain(Duration.ofMillis(20));

      Turn over = stuck.await();
      assertEquals(WorkState.CANCELLED, over.state());
      assertEquals(ErrorCode.SHUTTING_DOWN, code(over));
      assertRefused(ErrorCode.SHUTTING_DOWN, () -> stage.say("session-1", "more"));
      assertRefused(ErrorCode.SHUTTING_DOWN, stage::open);
    }
  }

  @Test
  void turns_are_listed_newest_first() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      stage.say(id, "one").await();
      stage.say(id, "two").await();

      assertEquals(
          List.of(2, 1),
          stage.turns.list(SessionTestKit.APP, id, PageRequest.all()).items().stream()
              .map(Turn::index)
              .toList());
      assertRefused(ErrorCode.NOT_FOUND, () -> stage.turns.get(SessionTestKit.APP, id, 3));
      assertRefused(ErrorCode.NOT_FOUND, () -> stage.turns.get(SessionTestKit.OTHER, id, 1));
    }
  }

  private static TurnRequest keyed(String prompt, IdempotencyKey key) {
    return new TurnRequest(prompt, List.of(), SessionTestKit.LONG, true, key, "request-1");
  }

  private static ErrorCode code(Turn turn) {
    assertNotNull(turn.error());
    return turn.error().code();
  }
}

package com.clawdforge.core.session;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.IdempotencyKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SessionServiceTest {
  private static final IdempotencyKey KEY = new IdempotencyKey("key", "hash");

  @Test
  void a_session_is_open_with_everything_that_its_app_may_do() {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      Session session =
          stage.sessions.open(SessionTestKit.APP, SessionTestKit.asking(null)).session();

      assertEquals(session, stage.sessions.get(SessionTestKit.APP, session.id()));
      assertFalse(session.closed());
      assertEquals(Permissions.Mode.APPROVE_ALL, session.terms().permissions());
      assertEquals(0, session.turnCount());
      assertNull(session.lastTurnAt());
      assertEquals(Set.of(session.id()), stage.agents.openSessions());
      assertEquals(List.of(SessionEvent.Kind.CREATE), stage.trail(session.id()));
    }
  }

  @Test
  void another_app_sees_nothing_of_it() {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();

      assertRefused(ErrorCode.NOT_FOUND, () -> stage.sessions.get(SessionTestKit.OTHER, id));
      assertRefused(ErrorCode.NOT_FOUND, () -> stage.sessions.close(SessionTestKit.OTHER, id));
      assertRefused(
          ErrorCode.NOT_FOUND,
          () -> stage.turns.start(SessionTestKit.OTHER, id, SessionTestKit.saying("hi")));
      assertRefused(ErrorCode.NOT_FOUND, () -> stage.turns.cancel(SessionTestKit.OTHER, id));
      assertRefused(ErrorCode.NOT_FOUND, () -> stage.turns.cancel(SessionTestKit.OTHER, id, 1));
      assertTrue(
          stage.sessions.list(SessionTestKit.OTHER, true, PageRequest.all()).items().isEmpty());
    }
  }

  @Test
  void closing_ends_the_agent_and_the_second_time_says_so() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();

      assertTrue(stage.sessions.close(SessionTestKit.APP, id));
      assertFalse(stage.sessions.close(SessionTestKit.APP, id));

      assertEquals(List.of(id), stage.agents.closedSessions());
      assertTrue(stage.ledger.unreleased().isEmpty());
      assertEquals(List.of(SessionEvent.Kind.CREATE, SessionEvent.Kind.CLOSE), stage.trail(id));
    }
  }

  @Test
  void closing_cancels_the_turns_that_run_and_wait() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      TurnTicket running = stage.say(id, "hold");
      TurnTicket waiting = stage.say(id, "later");
      stage.agents.awaitTurns(1);

      assertTrue(stage.sessions.close(SessionTestKit.APP, id));

      assertEquals("cancelled", running.await().report().stopReason());
      assertEquals("cancelled", waiting.await().report().stopReason());
      assertEquals(1, stage.agents.receivedTurns().size(), "the second never reached the agent");
    }
  }

  @Test
  void of_two_that_close_at_once_one_did_it() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();

      List<Boolean> closed =
          Concurrently.call(
              4,
              i -> {
                try {
                  return stage.sessions.close(SessionTestKit.APP, id);
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });

      assertEquals(1, closed.stream().filter(one -> one).count());
    }
  }

  @Test
  void a_session_too_many_is_refused_and_a_closed_one_makes_room_at_once() throws Exception {
    try (SessionTestKit stage =
        SessionTestKit.limited(SessionTestKit.limits(1, 4, 4, SessionTestKit.LONG))) {
      String first = stage.open();

      assertRefused(ErrorCode.AT_CAPACITY, stage::open);
      assertEquals(Set.of(first), stage.agents.openSessions(), "nothing is left of the refused");
      stage.sessions.close(SessionTestKit.APP, first);
      stage.open();

      assertEquals(1, stage.sessions.countOpen());
    }
  }

  @Test
  void many_at_once_never_get_more_places_than_there_are() {
    try (SessionTestKit stage =
        SessionTestKit.limited(SessionTestKit.limits(3, 4, 4, SessionTestKit.LONG))) {
      List<Boolean> opened =
          Concurrently.call(
              8,
              i -> {
                try {
                  stage.open();
                  return true;
                } catch (Refusal full) {
                  return false;
                }
              });

      assertEquals(3, opened.stream().filter(one -> one).count());
      assertEquals(3, stage.agents.openSessions().size());
    }
  }

  @Test
  void the_same_key_gives_the_same_session_and_another_body_a_conflict() {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      SessionTicket first = stage.sessions.open(SessionTestKit.APP, SessionTestKit.asking(KEY));
      SessionTicket second = stage.sessions.open(SessionTestKit.APP, SessionTestKit.asking(KEY));

      assertFalse(first.replayed());
      assertTrue(second.replayed());
      assertEquals(first.session(), second.session());
      assertEquals(1, stage.agents.openSessions().size());
      assertRefused(
          ErrorCode.IDEMPOTENCY_CONFLICT,
          () ->
              stage.sessions.open(
                  SessionTestKit.APP,
                  SessionTestKit.asking(new IdempotencyKey("key", "another body"))));
    }
  }

  @Test
  void of_many_requests_with_one_key_one_opens_the_session() {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      List<SessionTicket> tickets =
          Concurrently.call(
              8, i -> stage.sessions.open(SessionTestKit.APP, SessionTestKit.asking(KEY)));

      assertEquals(1, tickets.stream().filter(ticket -> !ticket.replayed()).count());
      assertEquals(1, tickets.stream().map(ticket -> ticket.session().id()).distinct().count());
      assertEquals(1, stage.agents.openSessions().size());
    }
  }

  @Test
  void what_was_made_for_a_session_goes_when_another_came_before_it() {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      stage.before(
          SessionTestKit.ADDS_SESSION,
          () -> stage.sessions.open(SessionTestKit.APP, SessionTestKit.asking(KEY)));
      SessionTicket ticket = stage.sessions.open(SessionTestKit.APP, SessionTestKit.asking(KEY));

      assertTrue(ticket.replayed());
      assertEquals(Set.of(ticket.session().id()), stage.agents.openSessions());
      assertEquals(List.of("session-1"), stage.agents.closedSessions());
    }
  }

  @Test
  void what_was_made_for_a_session_goes_when_the_last_place_went_meanwhile() {
    try (SessionTestKit stage =
        SessionTestKit.limited(SessionTestKit.limits(1, 4, 4, SessionTestKit.LONG))) {
      stage.before(SessionTestKit.ADDS_SESSION, stage::open);

      assertRefused(
          ErrorCode.AT_CAPACITY,
          () -> stage.sessions.open(SessionTestKit.APP, SessionTestKit.asking(null)));
      assertEquals(Set.of("session-2"), stage.agents.openSessions());
      assertEquals(List.of("session-1"), stage.agents.closedSessions());
    }
  }

  @Test
  void an_agent_that_the_server_does_not_offer_is_refused() {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      assertRefused(
          ErrorCode.INVALID_REQUEST,
          () -> stage.sessions.open(SessionTestKit.APP, of("gemini", null)));
      assertRefused(
          ErrorCode.INVALID_REQUEST,
          () -> stage.sessions.open(SessionTestKit.APP, of("../x", null)));
    }
  }

  @Test
  void a_token_gets_no_agent_and_no_permissions_beyond_its_limits() {
    Caller limited =
        new Caller(
            "token-3",
            "limited",
            new TokenLimits(Set.of("claude"), Permissions.Mode.APPROVE_READS));
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      assertRefused(
          ErrorCode.PERMISSION_CEILING, () -> stage.sessions.open(limited, of("codex", null)));
      assertRefused(
          ErrorCode.PERMISSION_CEILING,
          () -> stage.sessions.open(limited, of("claude", Permissions.Mode.APPROVE_ALL)));
      assertEquals(
          Permissions.Mode.APPROVE_READS,
          stage.sessions.open(limited, of("claude", null)).session().terms().permissions());
    }
  }

  @Test
  void under_a_policy_no_mode_lets_an_agent_do_unasked_what_the_policy_denies() {
    Permissions.Policy noCommands =
        new Permissions.Policy(Set.of(), Set.of(ToolKind.EXECUTE), true);
    Caller limited = new Caller("token-3", "limited", new TokenLimits(null, noCommands));
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      Permissions effective =
          stage
              .sessions
              .open(limited, of("claude", Permissions.Mode.DENY_ALL))
              .session()
              .terms()
              .permissions();

      assertEquals(new Permissions.Policy(Set.of(), Set.of(ToolKind.values()), false), effective);
    }
  }

  @Test
  void a_restart_ends_what_was_left_and_open_sessions_stay_open() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String open = stage.open();
      String closed = stage.open();
      stage.say(open, "hold");
      stage.agents.awaitTurns(1);
      // As a server leaves it that dies while it closes a session.
      stage.ledger.close(closed, SessionTestKit.START);

      stage.sessions.recover();

      assertEquals(Set.of(open, closed), Set.copyOf(stage.agents.orphans()));
      assertEquals(List.of(closed), stage.agents.closedSessions());
      assertFalse(stage.recorded(open).closed());
      assertEquals("interrupted", stage.ledger.turn(open, 1).orElseThrow().state().wire());
    }
  }

  @Test
  void the_sweeper_closes_what_nobody_uses_and_deletes_it_after_the_hard_ttl() {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();

      stage.clock.advance(Duration.ofMinutes(59));
      stage.sweeper.sweep();
      assertFalse(stage.recorded(id).closed());

      stage.clock.advance(Duration.ofMinutes(2));
      stage.sweeper.sweep();
      assertTrue(stage.recorded(id).closed());
      assertEquals(List.of(id), stage.agents.closedSessions());

      stage.clock.advance(Duration.ofHours(23));
      stage.sweeper.sweep();
      assertTrue(stage.ledger.find("token-1", id).isPresent(), "closed ones can be read");

      stage.clock.advance(Duration.ofHours(2));
      stage.sweeper.sweep();
      assertTrue(stage.ledger.find("token-1", id).isEmpty());
      assertEquals(
          List.of(
              SessionEvent.Kind.CREATE,
              SessionEvent.Kind.SWEEP_CLOSE,
              SessionEvent.Kind.HARD_DELETE),
          stage.trail(id));
    }
  }

  @Test
  void a_sweep_does_not_hold_up_a_server_that_shuts_down() {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      List<String> ids = List.of(stage.open(), stage.open(), stage.open());
      stage.clock.advance(Duration.ofHours(2));
      stage.after(SessionTestKit.CLOSES_IF_IDLE, stage.turns::stopAccepting);

      stage.sweeper.sweep();

      assertEquals(1, ids.stream().filter(id -> stage.recorded(id).closed()).count());
    }
  }

  @Test
  void a_session_with_a_running_turn_is_not_idle() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      TurnTicket turn = stage.say(id, "hold");
      stage.agents.awaitTurns(1);

      stage.clock.advance(Duration.ofHours(3));
      stage.sweeper.sweep();
      assertFalse(stage.recorded(id).closed());

      stage.release("hold");
      turn.await();
      stage.clock.advance(Duration.ofMinutes(59));
      stage.sweeper.sweep();
      assertFalse(stage.recorded(id).closed(), "the end of a turn counts as use");

      stage.clock.advance(Duration.ofMinutes(2));
      stage.sweeper.sweep();
      assertTrue(stage.recorded(id).closed());
    }
  }

  @Test
  void work_between_turns_takes_a_token_that_may_have_everything() {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      SessionRequest background =
          new SessionRequest("claude", null, null, null, null, true, null, "{}", null);
      for (Permissions less :
          List.of(
              Permissions.Mode.APPROVE_READS,
              new Permissions.Policy(Set.of(), Set.of(ToolKind.OTHER), true))) {
        Caller limited = new Caller("token-1", "app", new TokenLimits(null, less));
        assertRefused(ErrorCode.PERMISSION_CEILING, () -> stage.sessions.open(limited, background));
      }
      assertTrue(
          stage.sessions.open(SessionTestKit.APP, background).session().terms().background());
    }
  }

  @Test
  void what_is_spent_between_turns_is_recorded_before_the_next_and_at_the_end() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id =
          stage
              .sessions
              .open(
                  SessionTestKit.APP,
                  new SessionRequest("claude", null, null, null, null, true, null, "{}", null))
              .session()
              .id();
      stage.agents.spendBetweenTurns(id, new BigDecimal("0.5"));
      stage.say(id, "hello").await();
      stage.agents.spendBetweenTurns(id, new BigDecimal("0.25"));
      assertTrue(stage.sessions.close(SessionTestKit.APP, id));

      assertEquals(
          List.of(
              SessionEvent.Kind.CREATE,
              SessionEvent.Kind.BACKGROUND,
              SessionEvent.Kind.TURN,
              SessionEvent.Kind.CLOSE,
              SessionEvent.Kind.BACKGROUND),
          stage.trail(id));
    }
  }

  @Test
  void what_is_spent_between_turns_is_no_business_of_a_session_that_has_none() throws Exception {
    try (SessionTestKit stage = SessionTestKit.roomy()) {
      String id = stage.open();
      stage.agents.spendBetweenTurns(id, BigDecimal.ONE);
      stage.say(id, "hello").await();

      assertEquals(List.of(SessionEvent.Kind.CREATE, SessionEvent.Kind.TURN), stage.trail(id));
    }
  }

  private static SessionRequest of(String agent, @Nullable Permissions permissions) {
    return new SessionRequest(agent, null, null, permissions, null, false, null, "{}", null);
  }
}

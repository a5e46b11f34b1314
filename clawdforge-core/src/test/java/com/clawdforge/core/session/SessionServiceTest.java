package com.clawdforge.core.session;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.IdempotencyKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SessionServiceTest {
  private static final IdempotencyKey KEY = new IdempotencyKey("key", "hash");

  @Test
  void a_session_whose_processes_stay_is_released_by_a_later_sweep() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      kit.agents.keepProcesses(true);

      assertTrue(kit.sessions.close(SessionTestKit.APP, id));
      kit.sweeper.sweep();
      assertEquals(List.of(id), kit.ledger.closedUnreleased(9).stream().map(Session::id).toList());

      kit.agents.keepProcesses(false);
      kit.sweeper.sweep();
      assertEquals(List.of(), kit.ledger.closedUnreleased(9));
      assertEquals(List.of(id), kit.agents.closedSessions());
    }
  }

  @Test
  void what_sessions_left_that_the_ledger_does_not_know_is_deleted() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String known = kit.open();
      kit.agents.leave(known, "of-a-newer-ledger");

      kit.sessions.deleteUnknown();

      assertEquals(List.of(known), kit.agents.left());
    }
  }

  @Test
  void a_session_whose_processes_stay_is_released_by_the_next_start() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      kit.agents.keepProcesses(true);
      kit.sessions.close(SessionTestKit.APP, id);
      kit.agents.keepProcesses(false);

      kit.sessions.recover();

      assertEquals(List.of(), kit.ledger.closedUnreleased(9));
      assertEquals(List.of(id), kit.agents.closedSessions());
    }
  }

  @Test
  void a_session_is_open_with_everything_that_its_app_may_do() {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      Session session =
          kit.sessions.open(SessionTestKit.APP, SessionTestKit.sessionRequest(null)).session();

      assertEquals(session, kit.sessions.get(SessionTestKit.APP, session.id()));
      assertFalse(session.closed());
      assertEquals(Permissions.Mode.APPROVE_ALL, session.terms().permissions());
      assertEquals(0, session.turnCount());
      assertNull(session.lastTurnAt());
      assertEquals(Set.of(session.id()), kit.agents.openSessions());
      assertEquals(List.of(SessionEvent.Kind.CREATE), kit.trail(session.id()));
    }
  }

  @Test
  void another_app_sees_nothing_of_it() {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();

      assertRefused(ErrorCode.NOT_FOUND, () -> kit.sessions.get(SessionTestKit.OTHER, id));
      assertRefused(ErrorCode.NOT_FOUND, () -> kit.sessions.close(SessionTestKit.OTHER, id));
      assertRefused(
          ErrorCode.NOT_FOUND,
          () -> kit.turns.start(SessionTestKit.OTHER, id, SessionTestKit.turnRequest("hi")));
      assertRefused(ErrorCode.NOT_FOUND, () -> kit.turns.cancel(SessionTestKit.OTHER, id));
      assertRefused(ErrorCode.NOT_FOUND, () -> kit.turns.cancel(SessionTestKit.OTHER, id, 1));
      assertTrue(
          kit.sessions.list(SessionTestKit.OTHER, true, PageRequest.all()).items().isEmpty());
    }
  }

  @Test
  void closing_ends_the_agent_and_the_second_time_says_so() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();

      assertTrue(kit.sessions.close(SessionTestKit.APP, id));
      assertFalse(kit.sessions.close(SessionTestKit.APP, id));

      assertEquals(List.of(id), kit.agents.closedSessions());
      assertTrue(kit.ledger.unreleased().isEmpty());
      assertEquals(List.of(SessionEvent.Kind.CREATE, SessionEvent.Kind.CLOSE), kit.trail(id));
    }
  }

  @Test
  void closing_cancels_the_turns_that_run_and_wait() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket running = kit.prompt(id, "hold");
      TurnTicket waiting = kit.prompt(id, "later");
      kit.agents.awaitTurns(1);

      assertTrue(kit.sessions.close(SessionTestKit.APP, id));

      assertEquals("cancelled", running.await().report().stopReason());
      assertEquals("cancelled", waiting.await().report().stopReason());
      assertEquals(1, kit.agents.receivedTurns().size(), "the second never reached the agent");
    }
  }

  @Test
  void of_two_that_close_at_once_one_did_it() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();

      List<Boolean> closed =
          Concurrently.call(
              4,
              i -> {
                try {
                  return kit.sessions.close(SessionTestKit.APP, id);
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });

      assertEquals(1, closed.stream().filter(one -> one).count());
    }
  }

  @Test
  void a_session_too_many_is_refused_and_a_closed_one_makes_room_at_once() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.limited(SessionTestKit.limits(1, 4, 4, SessionTestKit.LONG))) {
      String first = kit.open();

      assertRefused(ErrorCode.AT_CAPACITY, kit::open);
      assertEquals(Set.of(first), kit.agents.openSessions(), "nothing is left of the refused");
      kit.sessions.close(SessionTestKit.APP, first);
      kit.open();

      assertEquals(1, kit.sessions.countOpen());
    }
  }

  @Test
  void many_at_once_never_get_more_places_than_there_are() {
    try (SessionTestKit kit =
        SessionTestKit.limited(SessionTestKit.limits(3, 4, 4, SessionTestKit.LONG))) {
      List<Boolean> opened =
          Concurrently.call(
              8,
              i -> {
                try {
                  kit.open();
                  return true;
                } catch (Refusal full) {
                  return false;
                }
              });

      assertEquals(3, opened.stream().filter(one -> one).count());
      assertEquals(3, kit.agents.openSessions().size());
    }
  }

  @Test
  void the_same_key_gives_the_same_session_and_another_body_a_conflict() {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      SessionTicket first =
          kit.sessions.open(SessionTestKit.APP, SessionTestKit.sessionRequest(KEY));
      SessionTicket second =
          kit.sessions.open(SessionTestKit.APP, SessionTestKit.sessionRequest(KEY));

      assertFalse(first.replayed());
      assertTrue(second.replayed());
      assertEquals(first.session(), second.session());
      assertEquals(1, kit.agents.openSessions().size());
      assertRefused(
          ErrorCode.IDEMPOTENCY_CONFLICT,
          () ->
              kit.sessions.open(
                  SessionTestKit.APP,
                  SessionTestKit.sessionRequest(new IdempotencyKey("key", "another body"))));
    }
  }

  @Test
  void of_many_requests_with_one_key_one_opens_the_session() {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      List<SessionTicket> tickets =
          Concurrently.call(
              8, i -> kit.sessions.open(SessionTestKit.APP, SessionTestKit.sessionRequest(KEY)));

      assertEquals(1, tickets.stream().filter(ticket -> !ticket.replayed()).count());
      assertEquals(1, tickets.stream().map(ticket -> ticket.session().id()).distinct().count());
      assertEquals(1, kit.agents.openSessions().size());
    }
  }

  @Test
  void a_session_that_lost_its_key_to_another_leaves_nothing() {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      kit.before(
          SessionTestKit.ADDS_SESSION,
          () -> kit.sessions.open(SessionTestKit.APP, SessionTestKit.sessionRequest(KEY)));
      SessionTicket ticket =
          kit.sessions.open(SessionTestKit.APP, SessionTestKit.sessionRequest(KEY));

      assertTrue(ticket.replayed());
      assertEquals(Set.of(ticket.session().id()), kit.agents.openSessions());
      assertEquals(List.of("session-1"), kit.agents.closedSessions());
    }
  }

  @Test
  void a_session_that_lost_the_last_place_leaves_nothing() {
    try (SessionTestKit kit =
        SessionTestKit.limited(SessionTestKit.limits(1, 4, 4, SessionTestKit.LONG))) {
      kit.before(SessionTestKit.ADDS_SESSION, kit::open);

      assertRefused(
          ErrorCode.AT_CAPACITY,
          () -> kit.sessions.open(SessionTestKit.APP, SessionTestKit.sessionRequest(null)));
      assertEquals(Set.of("session-2"), kit.agents.openSessions());
      assertEquals(List.of("session-1"), kit.agents.closedSessions());
    }
  }

  @Test
  void an_agent_that_the_server_does_not_offer_is_refused() {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      assertRefused(
          ErrorCode.INVALID_REQUEST,
          () -> kit.sessions.open(SessionTestKit.APP, of("gemini", null)));
      assertRefused(
          ErrorCode.INVALID_REQUEST, () -> kit.sessions.open(SessionTestKit.APP, of("../x", null)));
    }
  }

  @Test
  void a_token_gets_no_agent_and_no_permissions_beyond_its_limits() {
    Caller limited =
        new Caller(
            "token-3",
            "limited",
            new TokenLimits(Set.of("claude"), Permissions.Mode.APPROVE_READS));
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      assertRefused(
          ErrorCode.PERMISSION_CEILING, () -> kit.sessions.open(limited, of("codex", null)));
      assertRefused(
          ErrorCode.PERMISSION_CEILING,
          () -> kit.sessions.open(limited, of("claude", Permissions.Mode.APPROVE_ALL)));
      assertEquals(
          Permissions.Mode.APPROVE_READS,
          kit.sessions.open(limited, of("claude", null)).session().terms().permissions());
    }
  }

  @Test
  void under_a_policy_no_mode_lets_an_agent_do_unasked_what_the_policy_denies() {
    Permissions.Policy noCommands =
        new Permissions.Policy(Set.of(), Set.of(ToolKind.EXECUTE), true);
    Caller limited = new Caller("token-3", "limited", new TokenLimits(null, noCommands));
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      Permissions effective =
          kit.sessions
              .open(limited, of("claude", Permissions.Mode.DENY_ALL))
              .session()
              .terms()
              .permissions();

      assertEquals(new Permissions.Policy(Set.of(), Set.of(ToolKind.values()), false), effective);
    }
  }

  @Test
  void a_session_reaches_the_network_as_far_as_its_permissions_and_its_token_go() {
    Permissions noFetch = new Permissions.Policy(Set.of(), Set.of(ToolKind.FETCH), true);
    Caller limited =
        new Caller("token-4", "m", new TokenLimits(null, null, Network.MODEL, TokenShares.NONE));
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      kit.agents.keepingNetwork();
      Function<TestSessionRequest, Network> opened =
          request ->
              kit.sessions.open(SessionTestKit.APP, request.request()).session().terms().network();

      assertEquals(Network.ALL, opened.apply(TestSessionRequest.of("claude")));
      for (Permissions less : List.of(Permissions.Mode.APPROVE_READS, noFetch)) {
        assertEquals(
            Network.MODEL, opened.apply(TestSessionRequest.of("claude").permissions(less)));
      }
      assertEquals(
          Network.NONE, opened.apply(TestSessionRequest.of("claude").network(Network.NONE)));
      assertEquals(
          Network.MODEL,
          kit.sessions.open(limited, of("claude", null)).session().forAgent().network());
      assertRefused(
          ErrorCode.PERMISSION_CEILING,
          () ->
              kit.sessions.open(
                  limited, TestSessionRequest.of("claude").network(Network.ALL).request()));
    }
  }

  @Test
  void an_agent_that_nothing_keeps_from_the_network_is_given_all_of_it_or_refused() {
    Caller limited =
        new Caller("token-4", "m", new TokenLimits(null, null, Network.MODEL, TokenShares.NONE));
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      assertEquals(
          Network.ALL,
          kit.sessions
              .open(SessionTestKit.APP, of("claude", Permissions.Mode.APPROVE_READS))
              .session()
              .terms()
              .network());
      assertRefused(
          ErrorCode.INVALID_REQUEST,
          () ->
              kit.sessions.open(
                  SessionTestKit.APP,
                  TestSessionRequest.of("claude").network(Network.MODEL).request()));
      assertRefused(
          ErrorCode.PERMISSION_CEILING, () -> kit.sessions.open(limited, of("claude", null)));
    }
  }

  @Test
  void a_restart_ends_what_was_left_and_open_sessions_stay_open() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String open = kit.open();
      String closed = kit.open();
      kit.prompt(open, "hold");
      kit.agents.awaitTurns(1);
      // The state that a server leaves which dies while closing a session.
      kit.ledger.close(closed, SessionTestKit.START);

      kit.sessions.recover();

      assertEquals(Set.of(open, closed), Set.copyOf(kit.agents.orphans()));
      assertEquals(List.of(closed), kit.agents.closedSessions());
      assertFalse(kit.recorded(open).closed());
      assertEquals("interrupted", kit.ledger.turn(open, 1).orElseThrow().state().wire());
    }
  }

  @Test
  void the_sweeper_closes_idle_sessions_and_deletes_them_after_the_hard_ttl() {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();

      kit.clock.advance(Duration.ofMinutes(59));
      kit.sweeper.sweep();
      assertFalse(kit.recorded(id).closed());

      kit.clock.advance(Duration.ofMinutes(2));
      kit.sweeper.sweep();
      assertTrue(kit.recorded(id).closed());
      assertEquals(List.of(id), kit.agents.closedSessions());

      kit.clock.advance(Duration.ofHours(23));
      kit.sweeper.sweep();
      assertTrue(kit.ledger.find("token-1", id).isPresent(), "closed ones can be read");

      kit.clock.advance(Duration.ofHours(2));
      kit.sweeper.sweep();
      assertTrue(kit.ledger.find("token-1", id).isEmpty());
      assertEquals(
          List.of(
              SessionEvent.Kind.CREATE,
              SessionEvent.Kind.SWEEP_CLOSE,
              SessionEvent.Kind.HARD_DELETE),
          kit.trail(id));
    }
  }

  @Test
  void a_sweep_does_not_hold_up_a_server_that_shuts_down() {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      List<String> ids = List.of(kit.open(), kit.open(), kit.open());
      kit.clock.advance(Duration.ofHours(2));
      kit.after(SessionTestKit.CLOSES_IF_IDLE, kit.turns::stopAccepting);

      kit.sweeper.sweep();

      assertEquals(1, ids.stream().filter(id -> kit.recorded(id).closed()).count());
    }
  }

  @Test
  void a_session_with_a_running_turn_is_not_idle() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      TurnTicket turn = kit.prompt(id, "hold");
      kit.agents.awaitTurns(1);

      kit.clock.advance(Duration.ofHours(3));
      kit.sweeper.sweep();
      assertFalse(kit.recorded(id).closed());

      kit.release("hold");
      turn.await();
      kit.clock.advance(Duration.ofMinutes(59));
      kit.sweeper.sweep();
      assertFalse(kit.recorded(id).closed(), "the end of a turn counts as use");

      kit.clock.advance(Duration.ofMinutes(2));
      kit.sweeper.sweep();
      assertTrue(kit.recorded(id).closed());
    }
  }

  @Test
  void background_work_requires_a_token_without_limits() {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      SessionRequest background = TestSessionRequest.of("claude").background().request();
      for (Permissions less :
          List.of(
              Permissions.Mode.APPROVE_READS,
              new Permissions.Policy(Set.of(), Set.of(ToolKind.OTHER), true))) {
        Caller limited = new Caller("token-1", "app", new TokenLimits(null, less));
        assertRefused(ErrorCode.PERMISSION_CEILING, () -> kit.sessions.open(limited, background));
      }
      assertTrue(kit.sessions.open(SessionTestKit.APP, background).session().terms().background());
    }
  }

  @Test
  void background_cost_is_recorded_before_the_next_turn_and_at_the_end() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id =
          kit.sessions
              .open(SessionTestKit.APP, TestSessionRequest.of("claude").background().request())
              .session()
              .id();
      kit.agents.spendBetweenTurns(id, new BigDecimal("0.5"));
      kit.prompt(id, "hello").await();
      kit.agents.spendBetweenTurns(id, new BigDecimal("0.25"));
      assertTrue(kit.sessions.close(SessionTestKit.APP, id));

      assertEquals(
          List.of(
              SessionEvent.Kind.CREATE,
              SessionEvent.Kind.BACKGROUND,
              SessionEvent.Kind.TURN,
              SessionEvent.Kind.CLOSE,
              SessionEvent.Kind.BACKGROUND),
          kit.trail(id));
    }
  }

  @Test
  void a_session_without_background_work_has_no_cost_between_turns() throws Exception {
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String id = kit.open();
      kit.agents.spendBetweenTurns(id, BigDecimal.ONE);
      kit.prompt(id, "hello").await();

      assertEquals(List.of(SessionEvent.Kind.CREATE, SessionEvent.Kind.TURN), kit.trail(id));
    }
  }

  private static SessionRequest of(String agent, @Nullable Permissions permissions) {
    return TestSessionRequest.of(agent).permissions(permissions).request();
  }
}

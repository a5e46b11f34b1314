package com.clawdforge.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.SampleDetails;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.session.SessionEvent.Kind;
import com.clawdforge.core.session.TurnStore.TurnAdded;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link AuditTrail} contains, and how old data is deleted. */
public abstract class SessionTrailContract extends SessionStoreFixture {
  private static final int MANY = 100_000;
  private static final int MEBIBYTE = 1 << 20;

  @Test
  void what_changes_a_session_is_in_its_trail() {
    added("s-1");
    added("s-2");
    store().close("s-1", T0.plusSeconds(1));
    store().closeIfIdle("s-2", T0.plusSeconds(2), T0.plusSeconds(1));

    assertEquals(
        List.of(event("s-1", Kind.CREATE, T0), event("s-1", Kind.CLOSE, T0.plusSeconds(1))),
        trail().trail("s-1"));
    assertEquals(
        List.of(event("s-2", Kind.CREATE, T0), event("s-2", Kind.SWEEP_CLOSE, T0.plusSeconds(2))),
        trail().trail("s-2"));
  }

  @Test
  void what_changes_nothing_is_not_in_the_trail() {
    added("s-1");
    store().close("s-1", T0);
    store().add(session("s-3", "app-1", T0), null, ANY_AGE, 0);

    store().close("s-1", T0.plusSeconds(1));
    store().closeIfIdle("s-1", T0.plus(DAY), T0.plus(DAY));
    store().released("s-1");
    turns().addTurn(queued("s-1", T0), null, null, ANY_AGE);
    store().close("s-2", T0);

    assertEquals(List.of(Kind.CREATE, Kind.CLOSE), kinds("s-1"));
    assertEquals(List.of(), trail().trail("s-2"));
    assertEquals(List.of(), trail().trail("s-3"));
  }

  @Test
  void a_session_that_is_not_idle_leaves_no_trace_of_the_attempt() {
    added("s-1");

    store().closeIfIdle("s-1", T0, T0);

    assertEquals(List.of(Kind.CREATE), kinds("s-1"));
  }

  @ParameterizedTest
  @EnumSource(
      value = WorkState.class,
      names = {"QUEUED", "RUNNING"},
      mode = EnumSource.Mode.EXCLUDE)
  void the_end_of_a_turn_is_in_the_trail_with_the_agents_report(WorkState state) {
    added("s-1");
    turn("s-1", T0);
    Turn second = start(turn("s-1", T0), T0);
    Instant when = T0.plusSeconds(5);

    Turn ended = second.ended(new WorkEnd(state, REPORT, null), when, false);
    turns().record(List.of(new TurnRecord.Ended(ended, false)));

    SessionEvent expected =
        new SessionEvent("s-1", "app-1", "name-of-app-1", Kind.TURN, when, 2, state, REPORT);
    assertEquals(List.of(event("s-1", Kind.CREATE, T0), expected), trail().trail("s-1"));
  }

  @Test
  void the_trail_leaves_out_what_the_agent_reported_besides() {
    added("s-1");
    end(turn("s-1", T0), T0, SampleDetails.in(REPORT));

    assertEquals(REPORT, trail().trail("s-1").getLast().report());
  }

  @Test
  void background_cost_is_in_the_trail_and_in_the_sessions_cost() {
    added("s-1");
    end(turn("s-1", T0), T0);
    BigDecimal before = cost("s-1");
    Instant when = T0.plusSeconds(9);

    store().addBackgroundCost("s-1", new BigDecimal("0.25"), when);
    store().addBackgroundCost("gone", BigDecimal.ONE, when);

    AgentReport spent = new AgentReport(null, null, null, new BigDecimal("0.25"));
    assertEquals(
        new SessionEvent("s-1", "app-1", "name-of-app-1", Kind.BACKGROUND, when, null, null, spent),
        trail().trail("s-1").getLast());
    assertEquals(0, before.add(new BigDecimal("0.25")).compareTo(cost("s-1")));
    assertEquals(List.of(), trail().trail("gone"));
  }

  private BigDecimal cost(String sessionId) {
    @Nullable BigDecimal cost = store().find(null, sessionId).orElseThrow().costUsd();
    return cost == null ? BigDecimal.ZERO : cost;
  }

  @Test
  void interrupted_turns_are_in_the_trail_each() {
    added("s-1");
    end(turn("s-1", T0), T0);
    start(turn("s-1", T0), T0);
    turn("s-1", T0);
    Instant when = T0.plusSeconds(60);

    turns().interruptUnfinished(when);

    assertEquals(
        List.of(interrupt(2, when), interrupt(3, when)),
        trail().trail("s-1").stream().filter(e -> e.kind() == Kind.INTERRUPT).toList());
    assertEquals(4, trail().trail("s-1").size());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void any_entry_can_be_added_alone(Kind kind) {
    SessionEvent full =
        new SessionEvent("s-1", "app-1", "\u20ac", kind, T0, 7, WorkState.FAILED, REPORT);
    SessionEvent bare = event("s-1", kind, T0);

    trail().note(full);
    trail().note(bare);

    assertEquals(List.of(full, bare), trail().trail("s-1"));
  }

  @Test
  void the_trail_is_in_the_order_in_which_things_were_recorded() {
    // Their times are in reverse.
    trail().note(event("s-1", Kind.CANCEL, T0.plusSeconds(9)));
    trail().note(event("s-2", Kind.CANCEL, T0));
    trail().note(event("s-1", Kind.CLOSE, T0));

    assertEquals(List.of(Kind.CANCEL, Kind.CLOSE), kinds("s-1"));
  }

  @Test
  void a_released_session_closed_long_ago_is_deleted_but_not_its_trail() {
    addReleased("s-1", T0.plusSeconds(1));
    List<SessionEvent> before = trail().trail("s-1");

    deleteAll(T0.plusSeconds(2), T0.plus(DAY));

    assertEquals(Optional.empty(), store().find(null, "s-1"));
    assertEquals(List.of(), store().list(null, true, PageRequest.all()).items());
    List<SessionEvent> expected = new ArrayList<>(before);
    expected.add(event("s-1", Kind.HARD_DELETE, T0.plus(DAY)));
    assertEquals(expected, trail().trail("s-1"));
  }

  @Test
  void what_is_open_or_not_released_or_not_old_enough_stays() {
    added("open");
    added("unreleased");
    store().close("unreleased", T0);
    addReleased("young", T0.plusSeconds(1));
    Turn turn = turn("open", T0);
    recordEvent(turn, 1, new byte[] {1});

    assertFalse(store().deleteClosedBefore(T0.plusSeconds(1), T0.plus(DAY)));

    assertEquals(
        List.of("young", "unreleased", "open"), ids(store().list(null, true, PageRequest.all())));
    assertEquals(1, turns().events("open", 1, 0, ANY_NUMBER).size());
    assertEquals(List.of(Kind.CREATE, Kind.CLOSE), kinds("young"));
  }

  @Test
  void nothing_to_delete_is_nothing_left() {
    assertFalse(store().deleteClosedBefore(T0, T0));
    assertFalse(trail().deleteBefore(T0));
  }

  @Test
  void a_session_is_deleted_with_its_turns_and_their_events_and_no_others() {
    Session kept = added("s-2");
    Turn other = turn("s-2", T0);
    recordEvent(other, 1, new byte[] {1});
    added("s-1");
    Turn turn = end(turn(queued("s-1", T0), KEY), T0);
    recordEvent(turn, 1, new byte[] {1});
    store().close("s-1", T0);
    store().released("s-1");

    deleteAll(T0.plusSeconds(1), T0.plus(DAY));

    assertGone("s-1");
    assertEquals(Optional.empty(), turns().findTurn("app-1", KEY.value(), ANY_AGE));
    assertEquals(kept.id(), found("s-2").id());
    assertEquals(Optional.of(other), found(other));
    assertEquals(1, turns().events("s-2", 1, 0, ANY_NUMBER).size());
  }

  @Test
  void the_keys_of_what_was_deleted_may_be_used_again() {
    store().add(session("s-1", "app-1", T0), KEY, ANY_AGE, ANY_NUMBER);
    turn(queued("s-1", T0), KEY);
    store().close("s-1", T0);
    store().released("s-1");
    deleteAll(T0.plusSeconds(1), T0);

    store().add(session("s-2", "app-1", T0), KEY, ANY_AGE, ANY_NUMBER);

    assertTrue(store().find(null, "s-2").isPresent());
    assertEquals(1, turn(queued("s-2", T0), KEY).index());
  }

  @Test
  void a_record_of_a_deleted_turn_is_ignored() {
    added("s-1");
    Turn turn = turn("s-1", T0);
    store().close("s-1", T0);
    store().released("s-1");
    deleteAll(T0.plusSeconds(1), T0);
    List<SessionEvent> trail = trail().trail("s-1");

    recordEvent(turn, 1, new byte[] {1});
    end(turn, T0);

    assertGone("s-1");
    assertEquals(trail, trail().trail("s-1"));
  }

  @Test
  void what_is_added_after_a_deletion_has_nothing_of_what_was_deleted() {
    addReleased("s-1", T0);
    deleteAll(T0.plusSeconds(1), T0);

    added("s-1");

    assertEquals(new TurnAdded.Added(queued("s-1", T0).numbered(1)), addTurn("s-1"));
    assertEquals(List.of(), turns().events("s-1", 1, 0, ANY_NUMBER));
  }

  @Test
  void all_old_sessions_are_deleted_in_the_end() {
    for (int i = 0; i < 120; i++) {
      addReleased("s-" + i, T0);
    }

    deleteAll(T0.plusSeconds(1), T0);

    assertEquals(List.of(), store().list(null, true, PageRequest.all()).items());
  }

  @Test
  void a_session_with_much_in_it_is_there_until_its_last_piece_is_gone() {
    added("s-1");
    Turn many = turn("s-1", T0);
    List<TurnRecord> events = new ArrayList<>();
    for (int seq = 1; seq <= 20_000; seq++) {
      events.add(event(many, seq, "{}"));
    }
    turns().record(events);
    Turn large = turn("s-1", T0);
    for (int seq = 1; seq <= 24; seq++) {
      recordEvent(large, seq, new byte[MEBIBYTE]);
    }
    for (int seq = 25; seq <= 425; seq++) {
      turns().record(List.of(after(large, seq, "later")));
    }
    for (int i = 0; i < 500; i++) {
      turn("s-1", T0);
    }
    store().close("s-1", T0);
    store().released("s-1");

    boolean more = true;
    for (int steps = 0; more; steps++) {
      assertTrue(steps < MANY, "it never ends");
      more = store().deleteClosedBefore(T0.plusSeconds(1), T0.plus(DAY));
      if (store().find(null, "s-1").isPresent()) {
        assertTrue(more, "something is left");
        assertEquals(List.of(Kind.CREATE, Kind.CLOSE), kinds("s-1"));
      } else {
        assertGone("s-1");
        assertEquals(List.of(Kind.CREATE, Kind.CLOSE, Kind.HARD_DELETE), kinds("s-1"));
      }
    }
    assertGone("s-1");
  }

  @Test
  void the_old_part_of_the_trail_is_deleted() {
    trail().note(event("s-1", Kind.CREATE, T0));
    trail().note(event("s-2", Kind.CREATE, T0));
    trail().note(event("s-1", Kind.CLOSE, T0.plusMillis(1)));

    while (trail().deleteBefore(T0.plusMillis(1))) {
      assertFalse(trail().trail("s-1").isEmpty());
    }

    assertEquals(List.of(event("s-1", Kind.CLOSE, T0.plusMillis(1))), trail().trail("s-1"));
    assertEquals(List.of(), trail().trail("s-2"));
  }

  @Test
  void the_whole_old_trail_is_deleted_in_the_end() {
    for (int i = 0; i < 600; i++) {
      trail().note(event("s-1", Kind.CANCEL, T0));
    }

    int steps = 0;
    while (trail().deleteBefore(T0.plusSeconds(1))) {
      assertTrue(++steps < MANY, "it never ends");
    }

    assertEquals(List.of(), trail().trail("s-1"));
  }

  private void deleteAll(Instant closedBefore, Instant when) {
    int steps = 0;
    while (store().deleteClosedBefore(closedBefore, when)) {
      assertTrue(++steps < MANY, "it never ends");
    }
  }

  private TurnAdded addTurn(String sessionId) {
    return turns().addTurn(queued(sessionId, T0), null, null, ANY_AGE);
  }

  private void assertGone(String sessionId) {
    assertEquals(Optional.empty(), store().find(null, sessionId));
    assertEquals(List.of(), turns().turns(sessionId, PageRequest.all()).items());
    assertEquals(Optional.empty(), turns().turn(sessionId, 1));
    assertEquals(List.of(), turns().events(sessionId, 1, 0, ANY_NUMBER));
  }

  private static SessionEvent event(String sessionId, Kind kind, Instant at) {
    return entry(sessionId, kind, at, null);
  }

  private static SessionEvent interrupt(int index, Instant at) {
    return entry("s-1", Kind.INTERRUPT, at, index);
  }

  private static SessionEvent entry(
      String sessionId, Kind kind, Instant at, @Nullable Integer index) {
    return new SessionEvent(
        sessionId, "app-1", "name-of-app-1", kind, at, index, null, AgentReport.NONE);
  }
}

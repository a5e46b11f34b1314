package com.clawdforge.core.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.agent.SampleDetails;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.session.TurnStore.TurnAdded;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link TurnStore} must do. */
public abstract class TurnStoreContract extends SessionStoreFixture {
  private static final int MEBIBYTE = 1 << 20;

  @Test
  void a_turn_is_found_as_it_was_added_under_the_sessions_next_index() {
    added("s-1");
    Turn turn = queued("s-1", T0.plusSeconds(1));

    TurnAdded first = turns().addTurn(turn, "a prompt", null, ANY_AGE);
    TurnAdded second = turns().addTurn(turn, null, null, ANY_AGE);

    assertEquals(new TurnAdded.Added(turn.numbered(1)), first);
    assertEquals(new TurnAdded.Added(turn.numbered(2)), second);
    assertEquals(Optional.of(turn.numbered(1)), turns().turn("s-1", 1));
    assertEquals(Optional.of(turn.numbered(2)), turns().turn("s-1", 2));
  }

  @Test
  void each_session_counts_its_own_turns() {
    added("s-1");
    added("s-2");
    turn("s-1", T0);

    assertEquals(1, turn("s-2", T0).index());
    assertEquals(1, found("s-1").turnCount());
    assertEquals(1, found("s-2").turnCount());
  }

  @Test
  void turns_that_are_added_at_once_get_one_index_each() {
    added("s-1");

    List<Integer> indexes = Concurrently.call(8, i -> turn("s-1", T0.plusSeconds(i)).index());

    assertEquals(IntStream.rangeClosed(1, 8).boxed().toList(), indexes.stream().sorted().toList());
    assertEquals(8, found("s-1").turnCount());
    assertEquals(T0.plusSeconds(7), found("s-1").lastTurnAt());
  }

  @Test
  void an_accepted_turn_counts_as_use_of_its_session() {
    added("s-1");
    Session other = added("s-2");

    turn("s-1", T0.plusSeconds(1));

    assertEquals(T0.plusSeconds(1), found("s-1").lastTurnAt());
    assertEquals(other, found("s-2"));
  }

  @Test
  void a_session_that_is_closed_or_gone_takes_no_turn() {
    added("s-1");
    store().close("s-1", T0);
    Session closed = found("s-1");

    for (String id : List.of("s-1", "s-2")) {
      assertEquals(new TurnAdded.Closed(), turns().addTurn(queued(id, T0), null, KEY, ANY_AGE));
      assertEquals(Optional.empty(), turns().turn(id, 1));
    }
    assertEquals(closed, found("s-1"));
    assertEquals(Optional.empty(), turns().findTurn("app-1", KEY.value(), ANY_AGE));
  }

  @Test
  void a_key_that_is_taken_gives_its_turn_as_it_is_now_and_adds_nothing() {
    added("s-1");
    Turn ended = end(turn(queued("s-1", T0), KEY), T0.plusSeconds(1));
    Session before = found("s-1");

    IdempotencyKey again = new IdempotencyKey(KEY.value(), "body-2");
    TurnAdded answer = turns().addTurn(queued("s-1", T0), null, again, ANY_AGE);

    assertEquals(new TurnAdded.Earlier(ended, KEY), answer);
    assertEquals(before, found("s-1"));
  }

  @Test
  void a_key_is_unique_within_the_token_and_looked_at_before_the_session() {
    added("s-1");
    Turn turn = turn(queued("s-1", T0), KEY);
    added("s-2");
    store().close("s-1", T0);
    TurnAdded earlier = new TurnAdded.Earlier(turn, KEY);

    for (String id : List.of("s-1", "s-2", "s-3")) {
      assertEquals(earlier, turns().addTurn(queued(id, T0), null, KEY, ANY_AGE), id);
    }
  }

  @Test
  void of_many_that_use_one_key_at_once_one_adds_and_the_others_find_it() {
    added("s-1");

    List<TurnAdded> answers =
        Concurrently.call(8, i -> turns().addTurn(queued("s-1", T0), null, KEY, ANY_AGE));

    Turn turn = queued("s-1", T0).numbered(1);
    assertEquals(1, answers.stream().filter(new TurnAdded.Added(turn)::equals).count());
    assertEquals(
        Set.of(new TurnAdded.Added(turn), new TurnAdded.Earlier(turn, KEY)),
        new HashSet<>(answers));
    assertEquals(1, found("s-1").turnCount());
  }

  @Test
  void a_key_belongs_to_its_app() {
    added("s-1", "app-1", T0);
    added("s-2", "app-2", T0);
    turn(queued("s-1", "app-1", T0), KEY);

    turn(queued("s-2", "app-2", T0), KEY);

    assertEquals(Optional.empty(), turns().findTurn("app-3", KEY.value(), ANY_AGE));
  }

  @Test
  void sessions_and_turns_do_not_share_their_keys() {
    store().add(session("s-1", "app-1", T0), KEY, ANY_AGE, ANY_NUMBER);

    turn(queued("s-1", T0), KEY);

    assertTrue(store().findSession("app-1", KEY.value(), ANY_AGE).isPresent());
  }

  @Test
  void a_key_is_forgotten_when_its_turn_was_created_before_the_given_time() {
    added("s-1");
    Turn first = turn(queued("s-1", T0), KEY);
    Turn later = queued("s-1", T0.plus(DAY));

    assertEquals(
        new TurnAdded.Earlier(first, KEY),
        turns().addTurn(later, null, KEY, T0),
        "its time has just not passed");
    TurnAdded second = turns().addTurn(later, null, KEY, T0.plusMillis(1));

    assertEquals(new TurnAdded.Added(later.numbered(2)), second);
    assertEquals(
        Optional.of(new TurnAdded.Earlier(later.numbered(2), KEY)),
        turns().findTurn("app-1", KEY.value(), ANY_AGE),
        "it is the other one's now");
    assertEquals(Optional.of(first), found(first));
  }

  @Test
  void a_turn_is_found_by_its_key_until_that_is_too_old() {
    added("s-1");
    Turn turn = turn(queued("s-1", T0), KEY);

    assertEquals(
        Optional.of(new TurnAdded.Earlier(turn, KEY)), turns().findTurn("app-1", KEY.value(), T0));
    assertEquals(Optional.empty(), turns().findTurn("app-1", KEY.value(), T0.plusMillis(1)));
    assertEquals(Optional.empty(), turns().findTurn("app-1", "key-2", T0));
  }

  @Test
  void every_part_of_a_turn_that_answered_is_recorded() {
    added("s-1");
    Turn started = start(turn("s-1", T0), T0.plusMillis(3));
    assertEquals(Optional.of(started), found(started));

    Turn ended =
        started.ended(new WorkEnd(WorkState.COMPLETED, REPORT, null), T0.plusSeconds(5), true);
    turns().record(List.of(new TurnRecord.Ended(ended, false)));

    assertEquals(Optional.of(ended), found(ended));
  }

  @Test
  void every_part_of_a_turn_that_failed_is_recorded() {
    added("s-1");
    RetryAdvice retry = new RetryAdvice(T0.plus(DAY), "five_hour", true);
    WorkError error =
        new WorkError(ErrorCode.AGENT_FAILED, "\u20ac\ud83d\ude00", "1\n2\n\u0000", "files", retry);
    AgentReport report = new AgentReport(null, "refusal", null, null);
    Turn ended =
        turn("s-1", T0)
            .ended(new WorkEnd(WorkState.FAILED, report, error), T0.plusSeconds(2), false);

    turns().record(List.of(new TurnRecord.Ended(ended, false)));

    assertEquals(Optional.of(ended), found(ended));
  }

  @Test
  void what_the_agent_reported_besides_is_found_and_listed() {
    added("s-1");
    Turn ended = end(turn("s-1", T0), T0, SampleDetails.in(REPORT));

    assertEquals(Optional.of(ended), found(ended));
    assertEquals(List.of(ended), turns().turns("s-1", PageRequest.all()).items());
  }

  @ParameterizedTest
  @EnumSource(
      value = WorkState.class,
      names = {"QUEUED", "RUNNING"},
      mode = EnumSource.Mode.EXCLUDE)
  void every_way_to_end_is_recorded(WorkState state) {
    added("s-1");
    Turn ended = turn("s-1", T0).ended(new WorkEnd(state, AgentReport.NONE, null), T0, false);

    turns().record(List.of(new TurnRecord.Ended(ended, false)));

    assertEquals(state, found(ended).orElseThrow().state());
  }

  @Test
  void the_id_of_the_conversation_is_recorded_for_turn_and_session() {
    added("s-1");
    Turn turn = start(turn("s-1", T0), T0);

    turns().record(List.of(new TurnRecord.PromptAccepted("s-1", 1, "conversation-1", false)));
    assertEquals("conversation-1", found("s-1").conversationId());
    assertEquals(Optional.of(turn), found(turn));

    turns().record(List.of(new TurnRecord.PromptAccepted("s-1", 1, "conversation-2", true)));
    assertEquals("conversation-2", found("s-1").conversationId());
    assertTrue(found(turn).orElseThrow().contextLost());
  }

  @Test
  void usage_and_cost_of_the_turns_are_summed_up() {
    added("s-1");
    Session other = added("s-2");
    end(turn("s-1", T0), T0);
    assertEquals(REPORT.usage(), found("s-1").usage());
    assertEquals(REPORT.costUsd(), found("s-1").costUsd());

    end(turn("s-1", T0), T0);

    assertEquals(new Usage(24, 14, 6_000_000_000L, 8), found("s-1").usage());
    assertEquals(new BigDecimal("0.000282"), found("s-1").costUsd());
    assertEquals(other, found("s-2"));
  }

  @Test
  void a_turn_without_usage_adds_nothing() {
    added("s-1");
    end(turn("s-1", T0), T0, AgentReport.NONE);
    assertNull(found("s-1").usage());
    assertNull(found("s-1").costUsd());

    Usage usage = new Usage(1, 2, 3, 4);
    end(turn("s-1", T0), T0, new AgentReport(null, null, usage, null));
    assertEquals(usage, found("s-1").usage());
    assertNull(found("s-1").costUsd());

    BigDecimal cost = new BigDecimal("100.000000001");
    end(turn("s-1", T0), T0, new AgentReport(null, null, null, cost));
    assertEquals(usage, found("s-1").usage());
    assertEquals(cost, found("s-1").costUsd());
  }

  @Test
  void the_end_of_a_turn_counts_as_use_of_its_session() {
    added("s-1");
    Turn first = turn("s-1", T0.plusSeconds(1));
    end(first, T0.plusSeconds(5));
    assertEquals(T0.plusSeconds(5), found("s-1").lastTurnAt());

    turn("s-1", T0.plusSeconds(7));
    assertEquals(T0.plusSeconds(7), found("s-1").lastTurnAt());
  }

  @Test
  void the_end_of_a_turn_can_free_its_key() {
    added("s-1");
    Turn turn = turn(queued("s-1", T0), KEY);
    Turn ended = turn.ended(new WorkEnd(WorkState.CANCELLED, AgentReport.NONE, null), T0, false);

    turns().record(List.of(new TurnRecord.Ended(ended, true)));

    assertEquals(Optional.empty(), turns().findTurn("app-1", KEY.value(), ANY_AGE));
    assertEquals(2, turn(queued("s-1", T0), KEY).index());
    assertEquals(Optional.of(ended), found(ended));
  }

  @Test
  void the_turns_of_a_closed_session_can_still_end() {
    added("s-1");
    Turn turn = turn("s-1", T0);
    store().close("s-1", T0);

    Turn ended = end(turn, T0.plusSeconds(1));

    assertEquals(Optional.of(ended), found(ended));
    assertEquals(T0, found("s-1").closedAt());
  }

  @Test
  void one_batch_holds_whatever_happened_in_any_turns() {
    added("s-1");
    added("s-2");
    Turn one = turn("s-1", T0).started(T0);
    Turn two = turn("s-2", T0).started(T0);
    Turn ended = one.ended(new WorkEnd(WorkState.COMPLETED, REPORT, null), T0, false);

    turns()
        .record(
            List.of(
                new TurnRecord.Started(one),
                new TurnRecord.Started(two),
                event(one, 1, "a"),
                event(two, 1, "b"),
                new TurnRecord.PromptAccepted("s-2", 1, "conversation", false),
                event(one, 2, "c"),
                new TurnRecord.Ended(ended, false),
                event(two, 2, "d")));

    assertEquals(Optional.of(ended), found(one));
    assertEquals(Optional.of(two), found(two));
    assertEquals(List.of("a", "c"), texts(one));
    assertEquals(List.of("b", "d"), texts(two));
    assertEquals("conversation", found("s-2").conversationId());
  }

  @Test
  void nothing_at_all_can_be_recorded() {
    Session session = added("s-1");

    turns().record(List.of());

    assertEquals(session, found("s-1"));
  }

  @Test
  void a_batch_that_is_given_again_changes_nothing() {
    added("s-1");
    Turn one = turn(queued("s-1", T0), KEY).started(T0);
    List<TurnRecord> batch =
        List.of(
            new TurnRecord.Started(one),
            new TurnRecord.PromptAccepted("s-1", 1, "conversation-1", true),
            event(one, 1, "a"),
            event(one, 2, "b"),
            new TurnRecord.Ended(
                one.ended(new WorkEnd(WorkState.COMPLETED, REPORT, null), T0, true), true));
    turns().record(batch);
    Turn two = start(turn(queued("s-1", T0.plusSeconds(1)), KEY), T0.plusSeconds(1));
    turns().record(List.of(new TurnRecord.PromptAccepted("s-1", 2, "conversation-2", false)));
    Session session = found("s-1");
    List<Turn> turns = turns().turns("s-1", PageRequest.all()).items();
    List<SessionEvent> trail = trail().trail("s-1");

    turns().record(batch);

    assertEquals(session, found("s-1"));
    assertEquals(turns, turns().turns("s-1", PageRequest.all()).items());
    assertEquals(trail, trail().trail("s-1"));
    assertEquals(List.of("a", "b"), texts(one));
    assertEquals(
        Optional.of(new TurnAdded.Earlier(two, KEY)),
        turns().findTurn("app-1", KEY.value(), ANY_AGE));
  }

  @Test
  void an_event_that_is_recorded_stays_as_it_is() {
    added("s-1");
    Turn turn = turn("s-1", T0);
    turns().record(List.of(event(turn, 1, "first")));

    turns().record(List.of(event(turn, 1, "second"), event(turn, 2, "next")));

    assertEquals(List.of("first", "next"), texts(turn));
  }

  @Test
  void a_record_of_an_unknown_turn_is_ignored() {
    added("s-1");
    Turn turn = turn("s-1", T0);
    Turn other = turn.numbered(2).started(T0);
    Turn elsewhere = queued("s-2", T0).numbered(1).started(T0);

    turns()
        .record(
            List.of(
                new TurnRecord.Started(other),
                new TurnRecord.Started(elsewhere),
                new TurnRecord.PromptAccepted("s-1", 2, "conversation", true),
                new TurnRecord.PromptAccepted("s-2", 1, "conversation", true),
                event(other, 1, "x"),
                event(elsewhere, 1, "x"),
                new TurnRecord.Ended(
                    other.ended(
                        new WorkEnd(WorkState.FAILED, REPORT, null), T0.plusSeconds(9), false),
                    true),
                new TurnRecord.Ended(
                    elsewhere.ended(new WorkEnd(WorkState.FAILED, REPORT, null), T0, false), true),
                event(turn, 1, "the rest counts")));

    assertEquals(List.of("the rest counts"), texts(turn));
    assertEquals(Optional.empty(), turns().turn("s-1", 2));
    assertEquals(Optional.empty(), store().find(null, "s-2"));
    assertEquals(List.of(), trail().trail("s-2"));
    assertEquals(List.of(SessionEvent.Kind.CREATE), kinds("s-1"));
    Session session = found("s-1");
    assertNull(session.conversationId());
    assertNull(session.usage());
    assertEquals(T0, session.lastTurnAt());
  }

  @Test
  void a_turn_that_was_not_added_is_not_found() {
    added("s-1");
    turn("s-1", T0);

    assertEquals(Optional.empty(), turns().turn("s-1", 2));
    assertEquals(Optional.empty(), turns().turn("s-1", 0));
    assertEquals(Optional.empty(), turns().turn("s-2", 1));
  }

  @Test
  void turns_are_listed_newest_first() {
    added("s-1");
    added("s-2");
    // Their times are in reverse.
    Turn first = turn("s-1", T0.plusSeconds(9));
    turn("s-2", T0);
    Turn second = turn("s-1", T0);

    assertEquals(new Page<>(List.of(second, first), null), turns().turns("s-1", PageRequest.all()));
    assertEquals(new Page<Turn>(List.of(), null), turns().turns("s-3", PageRequest.all()));
  }

  @Test
  void pages_of_turns_do_not_shift_when_turns_are_added_between_them() {
    added("s-1");
    for (int i = 0; i < 5; i++) {
      turn("s-1", T0);
    }

    Page<Turn> first = turns().turns("s-1", PageRequest.first(2));
    turn("s-1", T0);
    Page<Turn> second = turns().turns("s-1", new PageRequest(2, first.next()));
    Page<Turn> third = turns().turns("s-1", new PageRequest(2, second.next()));

    assertEquals(List.of(5, 4), indexes(first));
    assertEquals(List.of(3, 2), indexes(second));
    assertEquals(List.of(1), indexes(third));
    assertNull(third.next());
  }

  @Test
  void events_come_in_the_order_of_their_numbers() {
    added("s-1");
    Turn turn = turn("s-1", T0);

    turns().record(List.of(event(turn, 3, "c"), event(turn, 1, "a")));
    turns().record(List.of(event(turn, 10, "d"), event(turn, 2, "b")));

    assertEquals(List.of("a", "b", "c", "d"), texts(turn));
  }

  @Test
  void events_can_be_read_on_from_any_of_them() {
    added("s-1");
    Turn turn = turn("s-1", T0);
    turns().record(List.of(event(turn, 1, "a"), event(turn, 2, "b"), event(turn, 3, "c")));

    assertEquals(List.of("b", "c"), texts(turn, 1, ANY_NUMBER));
    assertEquals(List.of("c"), texts(turn, 2, ANY_NUMBER));
    assertEquals(List.of(), texts(turn, 3, ANY_NUMBER));
    assertEquals(List.of(), texts(turn, 99, ANY_NUMBER));
  }

  @Test
  void what_came_after_the_end_is_no_event_of_the_turn_and_can_be_read_on_from_any_of_it() {
    added("s-1");
    Turn turn = turn("s-1", T0);
    turns().record(List.of(event(turn, 1, "a"), event(turn, 2, "b"), after(turn, 3, "later")));
    turns().record(List.of(after(turn, 4, "next"), after(turn, 3, "again"), after(turn, 5, "x")));

    assertEquals(List.of("a", "b"), texts(turn));
    assertEquals(new Later(2, List.of("later", "next", "x")), later(turn, 2, ANY_NUMBER));
    assertEquals(new Later(4, List.of("x")), later(turn, 4, ANY_NUMBER));
    assertEquals(new Later(5, List.of()), later(turn, 5, ANY_NUMBER));
    assertEquals(new Later(2, List.of("later")), later(turn, 2, 5));
    assertEquals(new Later(2, List.of("later", "next")), later(turn, 2, 6));
  }

  @Test
  void a_gap_in_what_came_after_the_end_ends_the_slice_before_it() {
    added("s-1");
    Turn turn = turn("s-1", T0);
    turns().record(List.of(after(turn, 3, "a"), after(turn, 5, "b"), after(turn, 6, "c")));

    assertEquals(new Later(2, List.of("a")), later(turn, 2, ANY_NUMBER));
    assertEquals(new Later(4, List.of("b", "c")), later(turn, 3, ANY_NUMBER));
  }

  @Test
  void a_slice_ends_with_the_event_that_reaches_its_size() {
    added("s-1");
    Turn turn = turn("s-1", T0);
    turns().record(List.of(event(turn, 1, "1234"), event(turn, 2, "5678"), event(turn, 3, "9")));

    assertEquals(List.of("1234"), texts(turn, 0, 1), "a slice is never empty before the end");
    assertEquals(List.of("1234"), texts(turn, 0, 4));
    assertEquals(List.of("1234", "5678"), texts(turn, 0, 5));
    assertEquals(List.of("1234", "5678"), texts(turn, 0, 8));
    assertEquals(List.of("1234", "5678", "9"), texts(turn, 0, 9));
    assertEquals(List.of("5678"), texts(turn, 1, 2));
  }

  @Test
  void the_events_of_a_turn_are_its_own() {
    added("s-1");
    added("s-2");
    Turn one = turn("s-1", T0);
    Turn two = turn("s-1", T0);
    Turn other = turn("s-2", T0);
    turns().record(List.of(event(two, 1, "two"), event(other, 2, "other"), event(one, 3, "one")));

    assertEquals(List.of("one"), texts(one));
    assertEquals(List.of("two"), texts(two));
    assertEquals(List.of("other"), texts(other));
    assertEquals(List.of(), texts(one.numbered(3)));
    assertEquals(List.of(), turns().events("s-3", 1, 0, ANY_NUMBER));
  }

  @Test
  void events_keep_their_bytes_whatever_they_are() {
    added("s-1");
    Turn turn = turn("s-1", T0);
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    byte[] large = new byte[MEBIBYTE];
    new Random(7).nextBytes(large);
    recordEvent(turn, 1, every);
    recordEvent(turn, 2, new byte[0]);
    recordEvent(turn, 3, large);

    List<AgentEvent> events = turns().events("s-1", 1, 0, Long.MAX_VALUE);

    assertEquals(3, events.size());
    assertArrayEquals(every, events.get(0).json());
    assertArrayEquals(new byte[0], events.get(1).json());
    assertTrue(Arrays.equals(large, events.get(2).json()));
  }

  @Test
  void of_large_events_no_more_are_given_than_asked_for() {
    added("s-1");
    Turn turn = turn("s-1", T0);
    for (int seq = 1; seq <= 4; seq++) {
      recordEvent(turn, seq, new byte[MEBIBYTE]);
    }

    assertEquals(2, turns().events("s-1", 1, 0, MEBIBYTE + 1).size());
    assertEquals(1, turns().events("s-1", 1, 3, 9L * MEBIBYTE).size());
  }

  @Test
  void what_is_queued_or_running_can_be_marked_as_interrupted() {
    added("s-1");
    added("s-2");
    Turn ended = end(turn("s-1", T0), T0);
    Turn running = start(turn("s-1", T0), T0.plusSeconds(1));
    Turn queued = turn("s-1", T0);
    Turn other = turn("s-2", T0);
    store().close("s-2", T0.plusSeconds(1));
    var when = T0.plusSeconds(60);

    assertEquals(3, turns().interruptUnfinished(when));

    for (Turn turn : List.of(running, queued, other)) {
      Turn interrupted =
          turn.ended(new WorkEnd(WorkState.INTERRUPTED, AgentReport.NONE, null), when, false);
      assertEquals(Optional.of(interrupted), found(turn));
    }
    assertEquals(Optional.of(ended), found(ended));
    assertEquals(when, found("s-1").lastTurnAt());
    assertEquals(0, turns().interruptUnfinished(when.plusSeconds(1)));
  }

  @Test
  void an_interrupted_turn_keeps_what_was_recorded_of_it() {
    added("s-1");
    Turn turn = start(turn(queued("s-1", T0), KEY), T0);
    turns()
        .record(List.of(new TurnRecord.PromptAccepted("s-1", 1, "c", true), event(turn, 1, "a")));

    turns().interruptUnfinished(T0.plusSeconds(1));

    Turn found = found(turn).orElseThrow();
    assertTrue(found.contextLost());
    assertEquals(T0, found.startedAt());
    assertEquals(List.of("a"), texts(turn));
    assertTrue(turns().findTurn("app-1", KEY.value(), ANY_AGE).isPresent());
  }

  private static List<Integer> indexes(Page<Turn> page) {
    return page.items().stream().map(Turn::index).toList();
  }
}

package com.clawdforge.core.session;

import static com.clawdforge.core.agent.ToolKind.EXECUTE;
import static com.clawdforge.core.agent.ToolKind.READ;
import static com.clawdforge.core.agent.ToolKind.SEARCH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.session.SessionStore.SessionAdded;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link SessionStore} must do with sessions. */
public abstract class SessionStoreContract extends SessionStoreFixture {
  private static final String UNICODE = "\u00e4\u20ac\ud83d\ude00\u0000\n\"'";

  @ParameterizedTest
  @MethodSource("variantsOfTerms")
  void a_session_is_found_as_it_was_added(SessionTerms terms) {
    Session session = session("s-1", "app-1", T0, terms);

    assertEquals(new SessionAdded.Added(), add(session));

    assertEquals(Optional.of(session), store().find("app-1", "s-1"));
  }

  static Stream<SessionTerms> variantsOfTerms() {
    Permissions all = Permissions.Mode.APPROVE_ALL;
    SystemPrompt append = new SystemPrompt(UNICODE, SystemPrompt.Mode.APPEND);
    SystemPrompt replace = new SystemPrompt("", SystemPrompt.Mode.REPLACE);
    String meta = "{\"name\":\"" + "\u00e4\u20ac\ud83d\ude00\"}";
    return Stream.of(
        new SessionTerms("claude", null, null, all, null, false, null, "{}"),
        new SessionTerms("claude", null, null, all, null, true, null, "{}"),
        new SessionTerms("claude", null, null, all, Network.MODEL, null, false, null, "{}"),
        new SessionTerms("claude", null, null, all, Network.NONE, null, false, null, "{}"),
        new SessionTerms("codex", "gpt-5", append, all, List.of("Read", "Bash"), false, 7, meta),
        new SessionTerms("claude", "sonnet", replace, all, List.of(), false, 1, "{}"));
  }

  @ParameterizedTest
  @MethodSource("variantsOfPermissions")
  void all_permissions_are_recorded(Permissions permissions) {
    add(
        session(
            "s-1",
            "app-1",
            T0,
            new SessionTerms("claude", null, null, permissions, null, false, null, "{}")));

    assertEquals(permissions, found("s-1").terms().permissions());
  }

  static Stream<Permissions> variantsOfPermissions() {
    Set<ToolKind> every = EnumSet.allOf(ToolKind.class);
    return Stream.concat(
        Arrays.stream(Permissions.Mode.values()),
        Stream.of(
            new Permissions.Policy(Set.of(READ, SEARCH), Set.of(EXECUTE), false),
            new Permissions.Policy(Set.of(), Set.of(EXECUTE), true),
            new Permissions.Policy(Set.of(READ), Set.of(), false),
            new Permissions.Policy(Set.of(), Set.of(), false),
            new Permissions.Policy(every, every, true)));
  }

  @Test
  void an_id_is_given_once() {
    Session first = added("s-1", "app-1", T0);

    assertThrows(RuntimeException.class, () -> add(session("s-1", "app-2", T0)));

    assertEquals(Optional.of(first), store().find(null, "s-1"));
  }

  @Test
  void a_session_is_found_by_its_owner_or_without_a_token() {
    Session session = added("s-1", "app-1", T0);

    assertEquals(Optional.of(session), store().find("app-1", "s-1"));
    assertEquals(Optional.of(session), store().find(null, "s-1"));
    assertEquals(Optional.empty(), store().find("app-2", "s-1"));
    assertEquals(Optional.empty(), store().find("app-1", "s-2"));
  }

  @Test
  void a_key_that_is_taken_gives_its_session_as_it_is_now_and_adds_nothing() {
    store().add(session("s-1", "app-1", T0), KEY, ANY_AGE, ANY_NUMBER);
    store().close("s-1", T0.plusSeconds(1));

    IdempotencyKey again = new IdempotencyKey(KEY.value(), "body-2");
    SessionAdded answer =
        store().add(session("s-2", "app-1", T0.plusSeconds(2)), again, ANY_AGE, ANY_NUMBER);

    assertEquals(new SessionAdded.Earlier(found("s-1"), KEY), answer);
    assertTrue(found("s-1").closed());
    assertEquals(Optional.empty(), store().find(null, "s-2"));
  }

  @Test
  void of_many_that_use_one_key_at_once_one_adds_and_the_others_find_it() {
    List<SessionAdded> answers =
        Concurrently.call(
            8, i -> store().add(session("s-" + i, "app-1", T0), KEY, ANY_AGE, ANY_NUMBER));

    List<Session> kept = store().list(null, true, PageRequest.all()).items();
    assertEquals(1, kept.size());
    assertEquals(1, answers.stream().filter(new SessionAdded.Added()::equals).count());
    assertEquals(
        Set.of(new SessionAdded.Added(), new SessionAdded.Earlier(kept.getFirst(), KEY)),
        new HashSet<>(answers));
  }

  @Test
  void a_key_belongs_to_its_app() {
    store().add(session("s-1", "app-1", T0), KEY, ANY_AGE, ANY_NUMBER);

    assertEquals(
        new SessionAdded.Added(),
        store().add(session("s-2", "app-2", T0), KEY, ANY_AGE, ANY_NUMBER));
    assertEquals(Optional.empty(), store().findSession("app-3", KEY.value(), ANY_AGE));
  }

  @Test
  void sessions_without_a_key_never_meet() {
    added("s-1");

    assertEquals(new SessionAdded.Added(), add(session("s-2", "app-1", T0)));
  }

  @Test
  void a_key_is_forgotten_when_its_session_was_created_before_the_given_time() {
    Session first = session("s-1", "app-1", T0);
    store().add(first, KEY, ANY_AGE, ANY_NUMBER);

    assertEquals(
        new SessionAdded.Earlier(first, KEY),
        store().add(session("s-2", "app-1", T0.plus(DAY)), KEY, T0, ANY_NUMBER),
        "its time has just not passed");
    Session third = session("s-3", "app-1", T0.plus(DAY).plusMillis(1));
    assertEquals(new SessionAdded.Added(), store().add(third, KEY, T0.plusMillis(1), ANY_NUMBER));

    assertEquals(first, found("s-1"));
    assertEquals(
        Optional.of(new SessionAdded.Earlier(third, KEY)),
        store().findSession("app-1", KEY.value(), ANY_AGE),
        "it is the other one's now");
  }

  @Test
  void a_session_is_found_by_its_key_until_that_is_too_old() {
    Session first = session("s-1", "app-1", T0);
    store().add(first, KEY, ANY_AGE, ANY_NUMBER);

    assertEquals(
        Optional.of(new SessionAdded.Earlier(first, KEY)),
        store().findSession("app-1", KEY.value(), T0));
    assertEquals(Optional.empty(), store().findSession("app-1", KEY.value(), T0.plusMillis(1)));
    assertEquals(Optional.empty(), store().findSession("app-1", "key-2", T0));
  }

  @Test
  void no_more_are_open_than_may_be() {
    store().add(session("s-1", "app-1", T0), null, ANY_AGE, 2);
    store().add(session("s-2", "app-2", T0), null, ANY_AGE, 2);

    assertEquals(
        new SessionAdded.Full(), store().add(session("s-3", "app-1", T0), null, ANY_AGE, 2));
    assertEquals(Optional.empty(), store().find(null, "s-3"));

    store().close("s-1", T0);
    assertEquals(
        new SessionAdded.Added(), store().add(session("s-3", "app-1", T0), null, ANY_AGE, 2));
  }

  @Test
  void of_many_that_are_added_at_once_no_more_are_open_than_may_be() {
    List<SessionAdded> answers =
        Concurrently.call(8, i -> store().add(session("s-" + i, "app-1", T0), null, ANY_AGE, 3));

    assertEquals(3, store().countOpen());
    assertEquals(5, answers.stream().filter(new SessionAdded.Full()::equals).count());
  }

  @Test
  void no_more_of_a_token_are_open_than_it_may_have() {
    store().add(session("s-1", "app-1", T0), null, ANY_AGE, 9, 2);
    store().add(session("s-2", "app-1", T0), null, ANY_AGE, 9, 2);

    assertEquals(
        new SessionAdded.TokenFull(),
        store().add(session("s-3", "app-1", T0), null, ANY_AGE, 9, 2));
    assertEquals(Optional.empty(), store().find(null, "s-3"));
    assertEquals(
        new SessionAdded.Added(), store().add(session("s-4", "app-2", T0), null, ANY_AGE, 9, 1));
    assertEquals(2, store().countOpen("app-1"));
    assertEquals(1, store().countOpen("app-2"));

    store().close("s-1", T0);
    assertEquals(1, store().countOpen("app-1"));
    assertEquals(
        new SessionAdded.Added(), store().add(session("s-3", "app-1", T0), null, ANY_AGE, 9, 2));
  }

  @Test
  void a_key_is_looked_at_before_the_number_that_is_open() {
    Session first = session("s-1", "app-1", T0);
    store().add(first, KEY, ANY_AGE, 1);

    assertEquals(
        new SessionAdded.Earlier(first, KEY),
        store().add(session("s-2", "app-1", T0), KEY, ANY_AGE, 1));
  }

  @Test
  void a_session_that_found_no_room_leaves_its_key_free() {
    store().add(session("s-1", "app-1", T0), null, ANY_AGE, 1);
    store().add(session("s-2", "app-1", T0), KEY, ANY_AGE, 1);

    assertEquals(Optional.empty(), store().findSession("app-1", KEY.value(), ANY_AGE));
  }

  @Test
  void open_ones_are_counted() {
    assertEquals(0, store().countOpen());
    added("s-1", "app-1", T0);
    added("s-2", "app-2", T0);
    added("s-3", "app-2", T0);
    store().close("s-3", T0);

    assertEquals(2, store().countOpen());
  }

  @Test
  void the_list_is_newest_first_with_or_without_the_closed_ones() {
    // Their times are in reverse: the order of creation counts.
    Session first = added("s-1", "app-1", T0.plusSeconds(9));
    Session second = added("s-2", "app-2", T0);
    added("s-3", "app-1", T0);
    store().close("s-3", T0.plusSeconds(1));
    Session third = found("s-3");

    PageRequest all = PageRequest.all();
    assertEquals(new Page<>(List.of(second, first), null), store().list(null, false, all));
    assertEquals(new Page<>(List.of(third, second, first), null), store().list(null, true, all));
    assertEquals(new Page<>(List.of(first), null), store().list("app-1", false, all));
    assertEquals(new Page<>(List.of(third, first), null), store().list("app-1", true, all));
    assertEquals(new Page<Session>(List.of(), null), store().list("app-3", true, all));
  }

  @Test
  void pages_do_not_shift_when_sessions_are_added_between_them() {
    for (int i = 1; i <= 4; i++) {
      added("s-" + i, "app-1", T0);
      added("other-" + i, "app-2", T0);
      added("closed-" + i, "app-1", T0);
      store().close("closed-" + i, T0);
    }

    List<String> open = pagesOf("app-1", false);
    assertEquals(List.of("s-4 s-3", "s-2 s-1"), open);
    assertEquals(
        List.of("added closed-4", "s-4 closed-3", "s-3 closed-2", "s-2 closed-1", "s-1"),
        pagesOf("app-1", true));
    assertEquals(
        List.of("added added", "other-4 s-4", "other-3 s-3", "other-2 s-2", "other-1 s-1"),
        pagesOf(null, false));
  }

  // Pages of two; a session that is added after the first page is on none of the others.
  private List<String> pagesOf(@Nullable String token, boolean closed) {
    List<String> pages = new ArrayList<>();
    PageRequest next = PageRequest.first(2);
    while (true) {
      Page<Session> page = store().list(token, closed, next);
      pages.add(String.join(" ", ids(page)).replaceAll("added-\\S+", "added"));
      if (pages.size() == 1) {
        added("added-" + store().countOpen(), "app-1", T0);
      }
      Long after = page.next();
      if (after == null) {
        return pages;
      }
      next = new PageRequest(2, after);
    }
  }

  @Test
  void a_page_stays_what_it_was_when_the_sessions_it_follows_are_closed() {
    added("s-1");
    added("s-2");
    added("s-3");
    Page<Session> first = store().list("app-1", false, PageRequest.first(2));

    store().close("s-3", T0);
    store().close("s-2", T0);

    assertEquals(
        List.of("s-1"), ids(store().list("app-1", false, new PageRequest(2, first.next()))));
  }

  @Test
  void a_session_is_closed_once() {
    added("s-1");

    assertTrue(store().close("s-1", T0.plusSeconds(1)));
    assertFalse(store().close("s-1", T0.plusSeconds(2)));

    assertEquals(T0.plusSeconds(1), found("s-1").closedAt());
    assertFalse(store().close("s-2", T0), "it is not there");
  }

  @Test
  void of_many_that_close_a_session_at_once_one_does() {
    added("s-1");

    List<Boolean> closed = Concurrently.call(8, i -> store().close("s-1", T0.plusSeconds(i)));

    assertEquals(1, closed.stream().filter(did -> did).count());
  }

  @Test
  void closing_touches_no_other_session() {
    added("s-1");
    Session other = added("s-2");

    store().close("s-1", T0);

    assertEquals(other, found("s-2"));
  }

  @Test
  void a_session_without_turns_is_idle_since_it_was_created() {
    added("s-1");
    Instant now = T0.plusSeconds(60);

    assertIdle("s-1", false, T0);
    assertFalse(store().closeIfIdle("s-1", now, T0));
    assertFalse(found("s-1").closed());

    assertIdle("s-1", true, T0.plusMillis(1));
    assertTrue(store().closeIfIdle("s-1", now, T0.plusMillis(1)));
    assertEquals(now, found("s-1").closedAt());
  }

  @Test
  void a_session_is_idle_since_its_last_turn_ended() {
    added("s-1");
    Turn turn = turn("s-1", T0.plusSeconds(1));
    Instant ended = T0.plusSeconds(5);
    end(turn, ended);

    assertIdle("s-1", false, ended);
    assertFalse(store().closeIfIdle("s-1", ended.plusSeconds(1), ended));

    assertIdle("s-1", true, ended.plusMillis(1));
    assertTrue(store().closeIfIdle("s-1", ended.plusSeconds(1), ended.plusMillis(1)));
  }

  @Test
  void a_session_with_a_queued_or_running_turn_is_not_idle() {
    added("s-1");
    Turn turn = turn("s-1", T0.plusSeconds(1));
    Instant later = T0.plus(DAY);

    assertIdle("s-1", false, later);
    assertFalse(store().closeIfIdle("s-1", later, later), "queued");
    start(turn, T0.plusSeconds(2));
    assertIdle("s-1", false, later);
    assertFalse(store().closeIfIdle("s-1", later, later), "running");
    end(turn, T0.plusSeconds(3));
    assertTrue(store().closeIfIdle("s-1", later, later), "over");
  }

  @Test
  void a_session_that_waits_for_an_earlier_turn_is_not_idle() {
    added("s-1");
    Turn first = turn("s-1", T0);
    Turn second = turn("s-1", T0);
    end(second, T0);

    assertIdle("s-1", false, T0.plus(DAY));
    end(first, T0);
    assertIdle("s-1", true, T0.plus(DAY));
  }

  @Test
  void a_session_that_is_closed_or_not_there_is_not_idle() {
    added("s-1");
    store().close("s-1", T0);

    assertIdle("s-1", false, T0.plus(DAY));
    assertFalse(store().closeIfIdle("s-1", T0.plus(DAY), T0.plus(DAY)));
    assertEquals(T0, found("s-1").closedAt());
    assertFalse(store().closeIfIdle("s-2", T0.plus(DAY), T0.plus(DAY)));
  }

  @Test
  void some_of_the_idle_ones_are_given_as_they_are() {
    Session first = added("s-1", "app-1", T0);
    Session second = added("s-2", "app-2", T0);
    added("s-3", "app-1", T0.plusSeconds(1));

    List<Session> idle = store().idle(T0.plusSeconds(1), 9);

    assertEquals(Set.of(first, second), Set.copyOf(idle));
    assertEquals(1, store().idle(T0.plusSeconds(1), 1).size());
    assertEquals(List.of(), store().idle(T0, 9));
  }

  @Test
  void what_is_open_or_closed_and_not_released_may_have_left_something() {
    added("open");
    added("closed");
    store().close("closed", T0);
    addReleased("released", T0);

    assertEquals(Set.of("open", "closed"), Set.copyOf(ids(store().unreleased())));
    assertEquals(2, store().unreleased().size());
    assertEquals(List.of(found("closed")), store().closedUnreleased(9));
  }

  @Test
  void no_more_of_the_closed_ones_are_given_than_asked_for() {
    for (int i = 1; i <= 3; i++) {
      added("s-" + i);
      store().close("s-" + i, T0);
    }

    assertEquals(2, store().closedUnreleased(2).size());
    assertEquals(3, store().closedUnreleased(3).size());
  }

  @Test
  void only_what_is_closed_can_be_released() {
    added("s-1");

    store().released("s-1");
    store().released("s-2");
    store().close("s-1", T0);

    assertEquals(List.of("s-1"), ids(store().closedUnreleased(9)));
    assertEquals(Optional.empty(), store().find(null, "s-2"));
  }

  @Test
  void releasing_twice_is_releasing_once() {
    addReleased("s-1", T0);
    Session before = found("s-1");

    store().released("s-1");

    assertEquals(before, found("s-1"));
    assertEquals(List.of(), store().unreleased());
  }

  @Test
  void an_unused_session_has_no_last_turn_and_no_usage() {
    added("s-1");
    Session session = found("s-1");

    assertNull(session.lastTurnAt());
    assertNull(session.conversationId());
    assertNull(session.usage());
    assertNull(session.costUsd());
    assertEquals(0, session.turnCount());
  }

  @Test
  void every_state_but_queued_and_running_leaves_a_session_idle() {
    for (WorkState state : WorkState.values()) {
      String id = "s-" + state.wire();
      added(id);
      Turn turn = turn(id, T0);
      if (state.over()) {
        Turn ended = turn.ended(new WorkEnd(state, REPORT, null), T0, false);
        turns().record(List.of(new TurnRecord.Ended(ended, false)));
      }
      assertIdle(id, state.over(), T0.plusMillis(1));
    }
  }

  private void assertIdle(String id, boolean expected, Instant quietSince) {
    assertEquals(expected, ids(store().idle(quietSince, ANY_NUMBER)).contains(id));
  }

  @Test
  void lists_leave_system_prompts_out() {
    SessionTerms terms =
        new SessionTerms(
            "claude",
            null,
            new SystemPrompt("long", SystemPrompt.Mode.REPLACE),
            Permissions.Mode.APPROVE_ALL,
            null,
            false,
            null,
            "{}");
    Session session = session("s-1", "app-1", T0, terms);
    store().add(session, null, ANY_AGE, ANY_NUMBER);

    assertEquals(session, found("s-1"));
    assertEquals(List.of(session.listed()), store().list("app-1", true, PageRequest.all()).items());
    assertEquals(List.of(session.listed()), store().idle(T0.plusSeconds(1), 9));
    assertEquals(List.of(session.listed()), store().unreleased());
    assertNull(session.listed().terms().system());
  }
}

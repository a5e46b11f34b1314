package com.clawdforge.core.session;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.session.SessionFeed.Step;
import com.clawdforge.core.work.EventReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stream of a whole session. */
@Timeout(30)
final class SessionFeedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SessionTestKit kit = SessionTestKit.roomy();
  private final String id = kit.open();

  @Test
  void past_turns_come_in_order_with_their_events_and_then_the_end_of_the_session()
      throws Exception {
    turn("one");
    turn("two");
    close();

    assertEquals(
        List.of(
            "begun 1",
            "1.1 one",
            "1.2 end",
            "over 1 completed",
            "begun 2",
            "2.1 two",
            "2.2 end",
            "over 2 completed",
            "closed"),
        readAll(watch(0, 0)));
  }

  @Test
  void a_follower_sees_what_happens_as_it_happens() throws Exception {
    SessionFeed feed = watch(0, 0);
    assertEquals(new Step.Nothing(), feed.next(Duration.ZERO));

    TurnTicket first = kit.prompt(id, "hold 1");
    TurnTicket second = kit.prompt(id, "two");
    assertEquals("begun 1", next(feed));
    assertEquals("1.1 hold 1,1.2 end", events(feed, 2));
    assertEquals(new Step.Nothing(), feed.next(Duration.ofMillis(20)), "the second one waits");

    kit.release("hold 1");
    first.await();
    second.await();
    assertEquals("over 1 completed", next(feed));
    assertEquals("begun 2", next(feed));
    assertEquals("2.1 two,2.2 end", events(feed, 2));
    assertEquals("over 2 completed", next(feed));

    close();
    assertEquals("closed", next(feed));
  }

  @Test
  void what_the_agent_sends_between_turns_is_told_before_the_next_turn_and_kept() throws Exception {
    SessionFeed live = watch(0, 0);
    turn("one");
    kit.agents.sendAfterwards(id, FakeRun.chunk("woke up"));
    kit.agents.sendAfterwards(id, FakeRun.chunk("done"));
    turn("two");
    close();

    List<String> all =
        List.of(
            "begun 1",
            "1.1 one",
            "1.2 end",
            "over 1 completed",
            "1.3 woke up",
            "1.4 done",
            "begun 2",
            "2.1 two",
            "2.2 end",
            "over 2 completed",
            "closed");
    assertEquals(all, readAll(live));
    assertEquals(all, readAll(watch(0, 0)), "the same again");
    assertEquals(
        List.of("one", "end"),
        texts(kit.turns.follow(SessionTestKit.APP, id, 1, 0).events()),
        "it belongs to no turn");
  }

  @Test
  void what_comes_after_the_result_but_before_the_outcome_is_not_lost() throws Exception {
    TurnTicket held = kit.prompt(id, "hold 1");
    kit.agents.awaitTurns(1);
    SessionFeed feed = watch(0, 0);
    assertEquals("begun 1", next(feed));
    assertEquals("1.1 hold 1,1.2 end", events(feed, 2));

    kit.agents.sendAfterwards(id, FakeRun.chunk("early"));
    kit.release("hold 1");
    held.await();

    assertEquals("over 1 completed", next(feed));
    assertEquals("1.3 early", next(feed));
  }

  @Test
  void an_agent_that_sends_more_than_is_kept_between_turns_harms_nobody() throws Exception {
    turn("one");
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 20; i++) {
      kit.agents.sendAfterwards(id, FakeRun.chunk(large));
    }
    turn("two");
    close();

    List<String> all = readAll(watch(0, 0));

    assertEquals(15, all.stream().filter(step -> step.contains("xxx")).count());
    assertEquals("closed", all.getLast());
  }

  @Test
  void a_stream_goes_on_after_any_of_its_events() throws Exception {
    turn("one");
    kit.agents.sendAfterwards(id, FakeRun.chunk("woke up"));
    turn("two");
    close();

    assertEquals(
        List.of("1.2 end", "over 1 completed", "1.3 woke up", "begun 2"),
        readAll(watch(1, 1)).subList(0, 4));
    assertEquals(
        List.of("over 1 completed", "1.3 woke up", "begun 2"), readAll(watch(1, 2)).subList(0, 3));
    assertEquals(List.of("over 1 completed", "begun 2"), readAll(watch(1, 3)).subList(0, 2));
    assertEquals(List.of("2.1 two", "2.2 end", "over 2 completed", "closed"), readAll(watch(2, 0)));
  }

  @Test
  void a_cancelled_turn_that_never_began_is_over_before_the_session_closes() throws Exception {
    SessionFeed feed = watch(0, 0);
    TurnTicket running = kit.prompt(id, "hold 1");
    TurnTicket waiting = kit.prompt(id, "hold 2");
    assertEquals("begun 1", next(feed));

    close();
    running.await();
    waiting.await();

    List<String> rest = readAll(feed);
    assertEquals(
        List.of("over 1 cancelled", "begun 2", "over 2 cancelled", "closed"),
        rest.subList(rest.size() - 4, rest.size()));
  }

  @Test
  void a_follower_that_waits_is_told_at_once() throws Exception {
    SessionFeed feed = watch(0, 0);
    CompletableFuture<String> waiting = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                waiting.complete(words(feed.next(Duration.ofMinutes(5))).getFirst());
              } catch (InterruptedException e) {
                waiting.completeExceptionally(e);
              }
            });

    turn("one");

    assertEquals("begun 1", waiting.get(20, TimeUnit.SECONDS));
  }

  @Test
  void it_is_cut_when_the_server_stops_or_the_token_is_revoked() throws Exception {
    SessionFeed feed = watch(0, 0);
    kit.turns.cancelAllOf(SessionTestKit.APP.tokenId());
    assertEquals(ErrorCode.UNAUTHENTICATED, cut(feed));

    SessionTestKit other = SessionTestKit.roomy();
    SessionFeed idle = other.turns.watch(SessionTestKit.APP, other.open(), 0, 0);
    other.turns.stopAccepting();
    assertEquals(ErrorCode.SHUTTING_DOWN, cut(idle));
  }

  @Test
  void only_its_own_app_can_follow_a_session() {
    assertRefused(ErrorCode.NOT_FOUND, () -> kit.turns.watch(SessionTestKit.OTHER, id, 0, 0));
    assertRefused(ErrorCode.NOT_FOUND, () -> watch(1, 0));
  }

  @Test
  void a_follower_that_leaves_twice_takes_no_other_one_along() throws Exception {
    SessionFeed one = watch(0, 0);
    SessionFeed two = watch(0, 0);
    one.close();
    one.close();

    turn("one");

    assertEquals("begun 1", next(two));
  }

  private static ErrorCode cut(SessionFeed feed) throws InterruptedException {
    return assertInstanceOf(Step.Cut.class, feed.next(PATIENCE)).why().code();
  }

  private SessionFeed watch(int turn, long after) {
    return kit.turns.watch(SessionTestKit.APP, id, turn, after);
  }

  private void turn(String prompt) throws InterruptedException {
    kit.prompt(id, prompt).await();
  }

  private void close() throws InterruptedException {
    kit.sessions.close(SessionTestKit.APP, id);
  }

  private static String next(SessionFeed feed) throws InterruptedException {
    return String.join(",", words(feed.next(PATIENCE)));
  }

  private static String events(SessionFeed feed, int count) throws InterruptedException {
    List<String> events = new ArrayList<>();
    while (events.size() < count) {
      events.addAll(words(feed.next(PATIENCE)));
    }
    return String.join(",", events);
  }

  private static List<String> readAll(SessionFeed feed) throws InterruptedException {
    List<String> all = new ArrayList<>();
    while (!all.contains("closed") && !all.contains("cut")) {
      all.addAll(words(feed.next(PATIENCE)));
    }
    return all;
  }

  private static List<String> words(Step step) {
    return switch (step) {
      case Step.Nothing nothing -> List.of("nothing");
      case Step.Begun begun -> List.of("begun " + begun.turn().index());
      case Step.Over over ->
          List.of("over " + over.turn().index() + " " + over.turn().state().wire());
      case Step.Closed closed -> List.of("closed");
      case Step.Cut cut -> List.of("cut");
      case Step.Events events -> {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < events.events().size(); i++) {
          words.add(
              events.turnIndex()
                  + "."
                  + (events.after() + i + 1)
                  + " "
                  + text(events.events().get(i).toString()));
        }
        yield words;
      }
    };
  }

  private static List<String> texts(EventReader events) throws InterruptedException {
    return SessionTestKit.read(events).stream().map(SessionFeedTest::text).toList();
  }

  // The text of a chunk, or "end" for a result.
  private static String text(String json) {
    String member = "\"text\":\"";
    int from = json.lastIndexOf(member);
    return from < 0
        ? "end"
        : json.substring(from + member.length(), json.indexOf('"', from + member.length()));
  }
}

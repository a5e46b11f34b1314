package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SessionStreamTest {
  private static final String CLOSED =
      "event: closed\ndata: {\"session_id\":\"s1\",\"closed_at\":1795238000}\n\n";

  private StubGateway gateway;
  private ForgeClient client;
  private Session session;

  @BeforeEach
  void start() throws IOException {
    gateway = new StubGateway();
    client = gateway.client();
    gateway.answers(200, SessionTest.OPEN);
    session = client.session(SessionOptions.builder().build());
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  private static String started(int turn) {
    return "event: turn_started\nid: %1$d.0\ndata: {\"session_id\":\"s1\",\"turn_index\":%1$d,\"prompt_bytes\":7}\n\n"
        .formatted(turn);
  }

  private static String said(int turn, int seq, String text) {
    return "event: acp\nid: " + turn + "." + seq + "\ndata: " + SessionTest.chunk(text) + "\n\n";
  }

  private static String ended(int turn) {
    return "event: turn\ndata: {\"ok\":true,\"session_id\":\"s1\",\"turn_index\":%d,\"stop_reason\":\"end_turn\",\"duration_ms\":12}\n\n"
        .formatted(turn);
  }

  private static String problem(String code, String more) {
    return "event: error\ndata: {\"status\":503,\"code\":\""
        + code
        + "\",\"detail\":\"why\""
        + more
        + "}\n\n";
  }

  private static List<String> read(SessionStream stream) {
    List<String> words = new ArrayList<>();
    for (SessionEvent event : stream) {
      words.add(event.turnIndex() + " " + words(event));
    }
    return words;
  }

  private static String words(SessionEvent event) {
    if (event instanceof SessionEvent.TurnStarted started) {
      return "started " + started.promptBytes();
    }
    if (event instanceof SessionEvent.Message message) {
      String text = ((TurnEvent.Text) message.event()).text();
      return message.betweenTurns() ? text + ", between" : text;
    }
    if (event instanceof SessionEvent.TurnEnded ended) {
      return ended.stopReason() + " " + ended.duration().toMillis();
    }
    return "failed " + ((SessionEvent.TurnFailed) event).failure().code();
  }

  @Test
  void all_of_a_session_comes_in_order_and_a_failed_turn_is_an_event() {
    gateway.streams(
        out ->
            out.write(
                started(1)
                    + said(1, 1, "a")
                    + ended(1)
                    + said(1, 2, "b")
                    + started(2)
                    + problem("agent_failed", ",\"turn_index\":2")
                    + "event: new_kind\ndata: {}\n\n"
                    + CLOSED));

    try (SessionStream stream = session.watch()) {
      assertEquals(
          List.of(
              "1 started 7",
              "1 a",
              "1 end_turn 12",
              "1 b, between",
              "2 started 7",
              "2 failed agent_failed"),
          read(stream));
      assertEquals("2.0", stream.lastEventId());
    }
    StubGateway.Request asked = gateway.requests().get(1);
    assertEquals("GET /sessions/s1/events", asked.line());
    assertEquals("text/event-stream", asked.header("Accept"));
  }

  @Test
  void a_broken_stream_goes_on_and_gives_each_event_once() {
    gateway
        .streams(out -> out.write(started(1) + said(1, 1, "a") + ended(1) + "event: acp\nid: 1.2"))
        .streams(out -> out.write(ended(1) + said(1, 2, "b") + started(2)))
        .streams(out -> out.write(said(2, 1, "c") + problem("shutting_down", "")))
        .streams(out -> out.write(ended(2) + CLOSED));

    try (SessionStream stream = session.watch()) {
      assertEquals(
          List.of(
              "1 started 7",
              "1 a",
              "1 end_turn 12",
              "1 b, between",
              "2 started 7",
              "2 c",
              "2 end_turn 12"),
          read(stream));
    }
    assertEquals("1.1", gateway.requests().get(2).header("Last-Event-ID"));
    assertEquals("2.0", gateway.requests().get(3).header("Last-Event-ID"));
    assertEquals("2.1", gateway.requests().get(4).header("Last-Event-ID"));
  }

  @Test
  void another_program_goes_on_where_this_one_stopped() {
    gateway
        .streams(out -> out.write(started(1) + said(1, 1, "a") + said(1, 2, "b")))
        .streams(out -> out.write(said(1, 2, "b") + CLOSED));
    String place;
    try (SessionStream stream = session.watch()) {
      Iterator<SessionEvent> events = stream.iterator();
      events.next();
      events.next();
      assertTrue(events.hasNext());
      place = stream.lastEventId();
    }

    assertEquals("1.1", place, "not the one that was only read ahead");
    try (SessionStream stream = session.watch(place)) {
      assertEquals(List.of("1 b"), read(stream));
    }
    assertEquals("1.1", gateway.requests().get(2).header("Last-Event-ID"));
    assertThrows(IllegalArgumentException.class, () -> session.watch("yesterday"));
  }

  @Test
  void a_token_that_is_revoked_ends_the_stream() {
    gateway.streams(out -> out.write(started(1) + problem("unauthenticated", "")));

    try (SessionStream stream = session.watch()) {
      Iterator<SessionEvent> events = stream.iterator();
      assertInstanceOf(SessionEvent.TurnStarted.class, events.next());
      ForgeApiException refused = assertThrows(ForgeApiException.class, events::hasNext);
      assertEquals("unauthenticated", refused.code());
      assertFalse(stream.toString().contains("why"));
    }
  }
}

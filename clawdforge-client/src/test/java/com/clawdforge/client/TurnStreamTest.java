package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TurnStreamTest {
  private static final String END =
      "event: turn\ndata: {\"ok\":true,\"session_id\":\"s1\",\"turn_index\":2,"
          + "\"stop_reason\":\"end_turn\",\"duration_ms\":12}\n\n";

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

  private static String said(int seq, String text) {
    return "event: acp\nid: 2." + seq + "\ndata: " + SessionTest.chunk(text) + "\n\n";
  }

  private List<String> texts(TurnStream stream) {
    List<String> texts = new ArrayList<>();
    for (TurnEvent event : stream) {
      texts.add(((TurnEvent.Text) event).text());
    }
    return texts;
  }

  @Test
  void events_arrive_at_once_and_the_result_last() {
    CountDownLatch heard = new CountDownLatch(1);
    gateway.streams(
        out -> {
          out.write(":\n\n" + said(1, "Hel"));
          await(heard);
          out.write(said(2, "lo") + END);
        });
    try (TurnStream stream = session.stream("Hi")) {
      Iterator<TurnEvent> events = stream.iterator();
      assertEquals("Hel", ((TurnEvent.Text) events.next()).text());
      heard.countDown();
      assertEquals("lo", ((TurnEvent.Text) events.next()).text());
      assertFalse(events.hasNext());

      TurnResult result = stream.result();
      assertEquals("Hello", result.text());
      assertEquals("end_turn", result.stopReason());
      assertEquals(2, result.turnIndex());
    }
    StubGateway.Request asked = gateway.requests().get(1);
    assertEquals("POST /sessions/s1/turn", asked.line());
    assertEquals("text/event-stream", asked.header("Accept"));
    assertEquals("application/json", asked.header("Content-Type"));
  }

  @Test
  void a_broken_stream_resumes_and_gives_each_event_once() {
    gateway
        .streams(out -> out.write(said(1, "a") + said(2, "b") + "event: acp\nid: 2.3\ndata: {"))
        .streams(out -> out.write(said(2, "b") + said(3, "c") + END));

    try (TurnStream stream = session.stream("Hi")) {
      assertEquals(List.of("a", "b", "c"), texts(stream));
      assertEquals("abc", stream.result().text());
    }
    StubGateway.Request again = gateway.requests().get(2);
    assertEquals("GET /sessions/s1/turns/2/events", again.line());
    assertEquals("2.2", again.header("Last-Event-ID"));
    assertEquals("text/event-stream", again.header("Accept"));
    assertEquals(3, gateway.requests().size());
  }

  @Test
  void a_stream_that_breaks_before_the_first_event_resends_the_turn() {
    gateway.streams(out -> out.write(":\n\n")).streams(out -> out.write(said(1, "a") + END));

    try (TurnStream stream = session.stream("Hi")) {
      assertEquals(List.of("a"), texts(stream));
    }
    StubGateway.Request again = gateway.requests().get(2);
    assertEquals("POST /sessions/s1/turn", again.line());
    assertEquals(
        gateway.requests().get(1).header("Idempotency-Key"), again.header("Idempotency-Key"));
  }

  @Test
  void a_stream_waits_for_a_restarting_gateway() {
    gateway
        .streams(out -> out.write(said(1, "a")))
        .answers(502, "<html>Bad Gateway</html>")
        .breaksOff()
        .streams(out -> out.write(said(2, "b") + END));

    try (TurnStream stream = session.stream("Hi")) {
      assertEquals(List.of("a", "b"), texts(stream));
    }
  }

  @Test
  void a_stream_fails_after_too_many_broken_connections() {
    gateway.streams(out -> out.write(said(1, "a")));
    for (int i = 0; i < 20; i++) {
      gateway.streams(out -> out.write(":\n\n"));
    }
    try (TurnStream stream = session.stream("Hi")) {
      Iterator<TurnEvent> events = stream.iterator();
      assertEquals("a", ((TurnEvent.Text) events.next()).text());
      ForgeTransportException e = assertThrows(ForgeTransportException.class, events::hasNext);
      assertTrue(String.valueOf(e.getMessage()).contains("may go on"), e::toString);
      assertEquals(9, gateway.requests().size());
      assertThrows(ForgeTransportException.class, stream::result);
      assertEquals(9, gateway.requests().size());
    }
  }

  @Test
  void a_silent_connection_is_replaced() {
    CountDownLatch over = new CountDownLatch(1);
    gateway
        .streams(
            out -> {
              out.write(said(1, "a"));
              await(over);
            })
        .streams(out -> out.write(said(2, "b") + END));

    try (ForgeClient impatient = gateway.impatientClient();
        TurnStream stream = impatient.reattach(session.id()).stream("Hi")) {
      assertEquals(List.of("a", "b"), texts(stream));
    } finally {
      over.countDown();
    }
    assertEquals("2.1", gateway.requests().get(2).header("Last-Event-ID"));
  }

  @Test
  void a_failed_turn_gives_the_problem() {
    gateway.streams(
        out ->
            out.write(
                said(1, "a")
                    + "event: error\ndata: {\"status\":502,\"code\":\"agent_failed\","
                    + "\"detail\":\"it failed\",\"request_id\":\"r1\",\"stderr_tail\":\"boom\"}\n\n"));
    try (TurnStream stream = session.stream("Hi")) {
      ForgeAgentException e = assertThrows(ForgeAgentException.class, stream::result);
      assertEquals(502, e.status());
      assertEquals("agent_failed", e.code());
      assertEquals("it failed", e.detail());
      assertEquals("r1", e.requestId());
      assertEquals("boom", e.stderrTail());
    }
    assertEquals(2, gateway.requests().size());
  }

  @Test
  void a_refused_turn_fails_at_once() {
    gateway.answers(410, "{\"code\":\"session_closed\",\"detail\":\"it was closed\"}");

    ForgeApiException e = assertThrows(ForgeApiException.class, () -> session.stream("Hi"));

    assertEquals("it was closed", e.detail());
  }

  @Test
  void an_answer_that_is_not_a_stream_is_a_transport_failure() {
    gateway.answers(200, "{\"ok\":true}");

    assertThrows(ForgeTransportException.class, () -> session.stream("Hi"));
    assertEquals(2, gateway.requests().size());
  }

  @Test
  void a_turn_can_be_followed_from_its_beginning() {
    gateway.streams(out -> out.write(said(1, "a") + END));

    try (TurnStream stream = session.follow(2)) {
      assertEquals(List.of("a"), texts(stream));
    }
    StubGateway.Request asked = gateway.requests().get(1);
    assertEquals("GET /sessions/s1/turns/2/events", asked.line());
    assertNull(asked.header("Last-Event-ID"));
  }

  @Test
  void data_of_several_lines_is_accepted() {
    gateway.streams(
        out ->
            out.write(
                ("event: acp\nid: 2.1\ndata: {\"params\":{\"update\":{\n"
                        + "data:\"sessionUpdate\":\"agent_message_chunk\",\n"
                        + "data: \"content\":{\"type\":\"text\",\"text\":\"ü✓\"}}}}\nretry: 5\n\n"
                        + END)
                    .replace("\n", "\r\n")));
    try (TurnStream stream = session.stream("Hi")) {
      assertEquals(List.of("ü✓"), texts(stream));
    }
  }

  @Test
  void a_message_of_megabytes_arrives_whole() {
    String much = "x".repeat(5 << 20);
    gateway.streams(out -> out.write(said(1, much) + END));

    try (TurnStream stream = session.stream("Hi")) {
      assertEquals(much.length(), stream.result().text().length());
    }
  }

  @Test
  void closing_a_stream_ends_its_connection_and_its_reader() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    gateway.streams(
        out -> {
          out.write(said(1, "a"));
          await(over);
        });
    TurnStream stream = session.stream("Hi");
    Iterator<TurnEvent> events = stream.iterator();
    events.next();
    Thread closer = new Thread(stream::close, "closer");
    closer.start();
    try {
      assertThrows(ForgeTransportException.class, events::hasNext);
      assertEquals(2, gateway.requests().size());
    } finally {
      over.countDown();
      closer.join();
    }
  }

  @Test
  void an_interrupt_ends_the_waiting() {
    gateway.streams(out -> out.write(":\n\n"));
    try (TurnStream stream = session.stream("Hi")) {
      Thread.currentThread().interrupt();
      assertThrows(ForgeTransportException.class, stream::result);
      assertTrue(Thread.interrupted(), "the interrupt flag is kept");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("timed out");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

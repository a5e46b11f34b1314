package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that break the rules, from a gateway or something else. */
@Timeout(30)
final class OddStreamTest {
  private static final String END =
      "event: turn\ndata: {\"turn_index\":2,\"stop_reason\":\"end_turn\",\"duration_ms\":12}\n\n";

  private final CountDownLatch over = new CountDownLatch(1);
  private StubGateway gateway;
  private ForgeClient client;
  private Session session;

  @BeforeEach
  void start() throws IOException {
    gateway = new StubGateway();
    client = gateway.client();
    session = client.reattach("s1");
  }

  @AfterEach
  void stop() {
    over.countDown();
    client.close();
    gateway.close();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS), "timed out");
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static String said(String place, String text) {
    return "event: acp\nid: " + place + "\ndata: " + SessionTest.chunk(text) + "\n\n";
  }

  private static List<String> texts(TurnStream stream) {
    List<String> texts = new ArrayList<>();
    for (TurnEvent event : stream) {
      texts.add(((TurnEvent.Text) event).text());
    }
    return texts;
  }

  @Test
  void a_stream_of_comments_ends_with_the_deadline() {
    gateway.streams(
        out -> {
          while (over.getCount() > 0) {
            out.write(":\n\n");
          }
        });
    TurnRequest brief = TurnRequest.builder().prompt("Hi").timeout(Duration.ofSeconds(1)).build();

    try (ForgeClient impatient = gateway.impatientClient();
        TurnStream turn = impatient.reattach("s1").stream(brief)) {
      assertThrows(ForgeTransportException.class, turn::result);
    }
  }

  @Test
  @Timeout(10)
  void closing_a_stream_ends_a_connection_attempt() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    gateway.streams(out -> out.write(said("2.1", "a"))).streams(asked, over, out -> {});
    TurnStream turn = session.stream("Hi");
    CompletableFuture<Void> closing = closes(turn, asked);

    assertThrows(ForgeTransportException.class, turn::result);
    closing.join();
  }

  @Test
  void closing_a_stream_ends_the_pause_before_the_next_connection() throws Exception {
    CountDownLatch pausing = new CountDownLatch(1);
    gateway.streams(out -> out.write(said("2.1", "a")));
    gateway.pausesUntil(pausing, new CompletableFuture<>());
    TurnStream turn = session.stream("Hi");
    CompletableFuture<Void> closing = closes(turn, pausing);

    assertThrows(ForgeTransportException.class, turn::result);
    closing.join();
    assertEquals(1, gateway.requests().size());
  }

  private static CompletableFuture<Void> closes(TurnStream turn, CountDownLatch when) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            await(when);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
          turn.close();
        },
        work -> new Thread(work, "closer").start());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void any_line_ends_and_a_byte_order_mark_are_accepted(String lineEnd) {
    String stream = "\uFEFFevent:acp\nid:2.1\ndata:" + SessionTest.chunk("a") + "\n\n" + END;
    gateway.streams(out -> out.write(stream.replace("\n", lineEnd)));

    try (TurnStream turn = session.stream("Hi")) {
      assertEquals(List.of("a"), texts(turn));
    }
  }

  @Test
  void the_content_type_ignores_case() {
    gateway.handles(
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "Text/Event-Stream; charset=UTF-8");
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(END.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });

    try (TurnStream turn = session.stream("Hi")) {
      assertEquals(2, turn.result().turnIndex());
    }
  }

  @Test
  void unknown_events_and_fields_are_ignored() {
    gateway.streams(
        out ->
            out.write(
                "event: news\nid: x\ndata: {\n\nretry: 1\n\ndata: no kind\n\nwhat\n\n"
                    + said("2.1", "a").replace("\n\n", "\nsince: 3\n\n")
                    + END));

    try (TurnStream turn = session.stream("Hi")) {
      assertEquals(List.of("a"), texts(turn));
    }
  }

  @Test
  void repeated_events_are_given_once() {
    gateway.streams(
        out ->
            out.write(
                said("2.1", "a") + said("2.2", "b") + said("2.1", "a") + said("2.3", "c") + END));

    try (TurnStream turn = session.stream("Hi")) {
      assertEquals(List.of("a", "b", "c"), texts(turn));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.1", "0.1", "2", "", "-2.1", "99999999999.1", "2.99999999999999999999"})
  void an_event_of_another_turn_is_a_transport_failure(String place) {
    gateway.streams(out -> out.write(said(place, "a") + END));

    try (TurnStream turn = session.follow(2)) {
      assertThrows(ForgeTransportException.class, turn::result);
    }
    assertEquals(1, gateway.requests().size());
  }

  @Test
  void the_end_of_another_turn_is_a_transport_failure() {
    gateway.streams(out -> out.write(END));

    try (TurnStream turn = session.follow(7)) {
      assertThrows(ForgeTransportException.class, turn::result);
    }
  }
}

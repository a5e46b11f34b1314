package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class EventBodyTest {
  private static final String END =
      "event: turn\ndata: {\"turn_index\":2,\"stop_reason\":\"end_turn\",\"duration_ms\":12}\n\n";

  private static String said(int seq, String text) {
    return "event: acp\nid: 2." + seq + "\ndata: " + SessionTest.chunk(text) + "\n\n";
  }

  private static ScriptedHttp http(List<String> pieces) {
    return new ScriptedHttp(pieces.stream().map(EventBodyTest::bytes).toList());
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ForgeClient client(ScriptedHttp http) {
    return ForgeClient.builder()
        .baseUrl("http://localhost")
        .token("cf_token")
        .httpClient(http)
        .build();
  }

  @Test
  void events_that_arrive_while_one_is_read_keep_their_order() throws Exception {
    int many = 500;
    List<String> pieces = new ArrayList<>();
    IntStream.rangeClosed(1, many).forEach(i -> pieces.add(said(i, i + " ")));
    pieces.add(END);

    try (ForgeClient client = client(http(pieces))) {
      TurnResult turn = client.reattach("s1").turnAsync("Hi").get(20, TimeUnit.SECONDS);

      assertEquals(
          IntStream.rangeClosed(1, many).mapToObj(i -> i + " ").collect(Collectors.joining()),
          turn.text());
    }
  }

  @Test
  void events_may_be_cut_anywhere() {
    String whole = ":\r\n\r\n" + said(1, "ü✓").replace("\n", "\r\n") + END;
    ByteBuffer bytes = bytes(whole);
    List<ByteBuffer> pieces =
        IntStream.range(0, bytes.remaining()).mapToObj(i -> bytes.slice(i, 1)).toList();

    try (ForgeClient client = client(new ScriptedHttp(pieces));
        TurnStream turn = client.reattach("s1").stream("Hi")) {
      assertEquals("ü✓", turn.result().text());
    }
  }

  @Test
  void no_more_is_requested_than_the_app_reads() {
    ScriptedHttp http = http(List.of(said(1, "a"), said(2, "b"), said(3, "c"), END));
    try (ForgeClient client = client(http);
        TurnStream turn = client.reattach("s1").stream("Hi")) {
      assertEquals(3, http.left());

      Iterator<TurnEvent> events = turn.iterator();
      events.next();
      events.next();

      assertEquals(1, http.left());
    }
  }
}

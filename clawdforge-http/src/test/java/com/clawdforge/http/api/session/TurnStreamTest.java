package com.clawdforge.http.api.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.session.TurnRecord;
import com.clawdforge.http.kit.Async;
import com.clawdforge.http.kit.RawConnection;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnStreamTest {
  private static final String PROMPT = "{\"prompt\":\"p\"}";
  private static final String[] LINES = {"{\"a\" : 1}", "{\"b\":\"gr\u00fc\u00dfe\"}", "{\"c\":3}"};

  private final FakeRun.Hold hold = new FakeRun.Hold();

  private static TestServer speaking() {
    return TestServer.with(
        FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.turn("x").emitting(LINES)));
  }

  private TestServer.Setup held(String... events) {
    TestServer.Setup setup = TestServer.setup();
    setup.agents =
        FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.turn("x").emitting(events).heldBy(hold));
    return setup;
  }

  @Test
  void a_stream_has_the_agents_lines_with_ids_and_then_the_answer() throws Exception {
    try (TestServer forge = speaking()) {
      String id = forge.open();
      forge.turn(id, PROMPT);
      HttpResponse<String> answer = forge.turn(id, PROMPT, TurnStreamTest::stream);

      assertEquals(200, answer.statusCode());
      assertEquals("text/event-stream", answer.headers().firstValue("Content-Type").orElseThrow());
      assertEquals(
          "/sessions/" + id + "/turns/2/events",
          answer.headers().firstValue("Content-Location").orElseThrow());
      String took = answer.body().replaceFirst("(?s).*\"duration_ms\":(\\d+).*", "$1");
      assertEquals(
          """
          event: acp
          id: 2.1
          data: {"a" : 1}

          event: acp
          id: 2.2
          data: {"b":"gr\u00fc\u00dfe"}

          event: acp
          id: 2.3
          data: {"c":3}

          event: turn
          data: {"ok":true,"session_id":"ID","turn_index":2,"stop_reason":"end_turn","duration_ms":TOOK}

          """
              .replace("ID", id)
              .replace("TOOK", took),
          answer.body());
      assertEquals(answer.body(), forge.send(stream(forge.to(turn(id, 2) + "/events"))).body());
    }
  }

  @Test
  void a_stream_of_a_turn_that_fails_ends_with_the_problem_for_every_follower() throws Exception {
    try (TestServer forge =
        TestServer.with(
            FakeAgentRunner.scriptedTurns(
                (s, p) -> FakeRun.fails(AgentFailure.FAILED, "it broke", "")))) {
      String id = forge.open();
      HttpResponse<String> answer =
          forge.turn(id, PROMPT, r -> stream(r).header("X-Request-Id", "r-1"));
      HttpResponse<String> replay =
          forge.send(stream(forge.to(turn(id, 1) + "/events")).header("X-Request-Id", "r-1"));

      assertEquals(200, answer.statusCode());
      assertTrue(
          answer
              .body()
              .startsWith(
                  "event: error\ndata: {\"type\":\"urn:clawdforge:error:agent_failed\","
                      + "\"title\":\"Agent failed\",\"status\":502,\"detail\":\"it broke\","
                      + "\"ok\":false,\"code\":\"agent_failed\",\"error\":\"it broke\","
                      + "\"request_id\":\"r-1\",\"duration_ms\":"),
          answer.body());
      assertEquals(answer.body(), replay.body());
    }
  }

  @Test
  void what_is_refused_before_it_is_accepted_is_an_ordinary_problem() throws Exception {
    try (TestServer forge = speaking()) {
      HttpResponse<String> answer = forge.turn(forge.open(), "{}", TurnStreamTest::stream);

      assertEquals(422, answer.statusCode());
      assertEquals(
          "application/problem+json", answer.headers().firstValue("Content-Type").orElseThrow());
    }
  }

  @Test
  void an_event_arrives_while_the_agent_still_works_and_comments_follow() throws Exception {
    TestServer.Setup setup = held(LINES[0]);
    setup.heartbeat = Duration.ofMillis(5);
    try (TestServer forge = setup.start();
        RawConnection wire = RawConnection.to(forge)) {
      String id = forge.open();
      wire.send(forge.rawPost("/sessions/" + id + "/turn", PROMPT, "Accept: text/event-stream"));

      assertEquals("data: " + LINES[0], wire.next("data:"));
      assertEquals(":", wire.next(":"));
      assertEquals(1, forge.agents.runningNow());
      hold.release();
      assertEquals("event: turn", wire.next("event:"));
    }
  }

  @Test
  void the_head_of_a_stream_leaves_before_the_agent_says_anything() throws Exception {
    try (TestServer forge = held().start();
        RawConnection wire = RawConnection.to(forge)) {
      String id = forge.open();
      wire.send(forge.rawPost("/sessions/" + id + "/turn", PROMPT, "Accept: text/event-stream"));

      assertEquals("HTTP/1.1 200 OK", wire.next("HTTP"));
      hold.release();
    }
  }

  @Test
  void head_answers_the_headers_of_a_stream_without_following_the_turn() throws Exception {
    try (TestServer forge = held("{}").start()) {
      String id = forge.open();
      forge.turn(id, "{\"prompt\":\"p\",\"detach\":true}");

      HttpResponse<String> head = forge.send(stream(forge.to(turn(id, 1) + "/events")).HEAD());
      // On the same connection: it is answered after the first request has ended.
      HttpResponse<String> next = Async.start(() -> forge.get(turn(id, 1))).get();

      assertEquals(200, head.statusCode());
      assertEquals("text/event-stream", head.headers().firstValue("Content-Type").orElseThrow());
      assertTrue(forge.json(next).get("ended_at").isNull(), next.body());
      hold.release();
    }
  }

  @Test
  void a_late_follower_gets_the_rest_and_follows_to_the_end() throws Exception {
    try (TestServer forge = held(LINES).start();
        RawConnection wire = RawConnection.to(forge)) {
      String id = forge.open();
      forge.detach(id);
      forge.until(turn(id, 1) + "/events", events -> events.get("events").size() == 3);
      wire.send(
          forge.rawGet(turn(id, 1) + "/events", "Accept: text/event-stream", "Last-Event-ID: 1.2"));

      assertEquals("id: 1.3", wire.next("id:"));
      assertEquals(1, forge.agents.runningNow());
      hold.release();
      assertEquals("event: turn", wire.next("event:"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"header", "query"})
  void a_replay_after_the_end_gives_exactly_the_rest(String where) throws Exception {
    try (TestServer forge = speaking()) {
      String id = forge.open();
      String whole = forge.turn(id, PROMPT, TurnStreamTest::stream).body();
      String events = turn(id, 1) + "/events";
      HttpRequest.Builder request =
          where.equals("header")
              ? forge.to(events).header("Last-Event-ID", "1.1")
              : forge.to(events + "?last_event_id=1.1");
      String rest = forge.send(stream(request)).body();

      assertEquals(whole.substring(whole.indexOf("event: acp\nid: 1.2")), rest);
      JsonNode json = forge.json(forge.send(request.setHeader("Accept", "application/json")));
      assertEquals("[{\"b\":\"gr\u00fc\u00dfe\"},{\"c\":3}]", json.get("events").toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.1", "1", "1.", "1.x", "1.-1", "01.1", "1.01", "1.1.1", "x"})
  void an_id_of_another_turns_event_is_refused(String lastEventId) throws Exception {
    try (TestServer forge = speaking()) {
      String id = forge.open();
      forge.turn(id, PROMPT);
      forge.turn(id, PROMPT);
      String events = turn(id, 1) + "/events";
      HttpResponse<String> header =
          forge.send(stream(forge.to(events).header("Last-Event-ID", lastEventId)));
      HttpResponse<String> query = forge.get(events + "?last_event_id=" + lastEventId);

      assertEquals(422, header.statusCode());
      assertEquals("Last-Event-ID", forge.json(header).get("field").textValue());
      assertEquals(422, query.statusCode());
      assertEquals("last_event_id", forge.json(query).get("field").textValue());
    }
  }

  @Test
  void events_so_far_are_given_without_waiting_for_more() throws Exception {
    try (TestServer forge = held(LINES).start()) {
      String id = forge.open();
      forge.detach(id);
      String events = turn(id, 1) + "/events";
      forge.until(events, so -> so.get("events").size() == 3);
      forge.until(events, so -> so.get("state").textValue().equals("running"));
      String running = forge.get(events).body();
      String nothingNew = forge.get(events + "?last_event_id=1.3").body();
      hold.release();
      forge.until(events, so -> so.get("state").textValue().equals("completed"));
      String over = forge.get(events).body();

      String opening = "{\"ok\":true,\"session_id\":\"" + id + "\",\"turn_index\":1,\"events\":[";
      String all = opening + String.join(",", LINES) + "],";
      assertEquals(all + "\"state\":\"running\",\"last_event_id\":\"1.3\"}", running);
      assertEquals(opening + "],\"state\":\"running\",\"last_event_id\":\"1.3\"}", nothingNew);
      assertEquals(all + "\"state\":\"completed\",\"last_event_id\":\"1.3\"}", over);
    }
  }

  @Test
  void before_the_first_event_there_is_no_last_one() throws Exception {
    try (TestServer forge = held().start()) {
      String id = forge.open();
      forge.detach(id);

      assertTrue(forge.json(forge.get(turn(id, 1) + "/events")).get("last_event_id").isNull());
      hold.release();
    }
  }

  @Test
  void bytes_that_are_no_utf_8_are_passed_on_as_they_are() throws Exception {
    byte[] line = "{\"x\":\"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1);
    try (TestServer forge = speaking()) {
      String id = forge.open();
      forge.turn(id, PROMPT);
      forge.sessionStore.record(
          List.of(new TurnRecord.EventRecorded(id, 1, LINES.length + 1, new AgentEvent(line))));
      byte[] json =
          forge
              .client()
              .send(
                  forge.to(turn(id, 1) + "/events?last_event_id=1.3").build(),
                  HttpResponse.BodyHandlers.ofByteArray())
              .body();
      byte[] stream =
          forge
              .client()
              .send(
                  stream(forge.to(turn(id, 1) + "/events?last_event_id=1.3")).build(),
                  HttpResponse.BodyHandlers.ofByteArray())
              .body();

      int inJson = new String(json, StandardCharsets.ISO_8859_1).indexOf("{\"x\"");
      int inStream = new String(stream, StandardCharsets.ISO_8859_1).indexOf("{\"x\"");
      assertArrayEquals(line, Arrays.copyOfRange(json, inJson, inJson + line.length));
      assertArrayEquals(line, Arrays.copyOfRange(stream, inStream, inStream + line.length));
    }
  }

  @Test
  void a_turn_whose_connection_is_lost_goes_on_and_is_replayed_whole() throws Exception {
    try (TestServer forge = held(LINES).start()) {
      String id = forge.open();
      try (RawConnection wire = RawConnection.to(forge)) {
        wire.send(forge.rawPost("/sessions/" + id + "/turn", PROMPT, "Accept: text/event-stream"));
        wire.next("data:");
      }
      assertEquals(1, forge.agents.runningNow());
      hold.release();
      String replay = forge.send(stream(forge.to(turn(id, 1) + "/events"))).body();

      for (String line : LINES) {
        assertTrue(replay.contains("data: " + line + "\n"), replay);
      }
      assertTrue(replay.contains("event: turn\n"), replay);
    }
  }

  @Test
  void a_repeated_key_gives_the_whole_stream_again() throws Exception {
    try (TestServer forge = speaking()) {
      String id = forge.open();
      HttpResponse<String> first =
          forge.turn(id, PROMPT, r -> stream(r).header("Idempotency-Key", "k"));
      HttpResponse<String> second =
          forge.turn(id, PROMPT, r -> stream(r).header("Idempotency-Key", "k"));

      assertFalse(first.headers().firstValue("Idempotent-Replay").isPresent());
      assertEquals("true", second.headers().firstValue("Idempotent-Replay").orElseThrow());
      assertEquals(first.body(), second.body());
    }
  }

  private static String turn(String sessionId, int index) {
    return "/sessions/" + sessionId + "/turns/" + index;
  }

  private static HttpRequest.Builder stream(HttpRequest.Builder request) {
    return request.setHeader("Accept", "text/event-stream");
  }
}

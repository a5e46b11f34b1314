package com.clawdforge.http.api.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.session.TurnRecord;
import com.clawdforge.http.kit.Async;
import com.clawdforge.http.kit.RawConnection;
import com.clawdforge.http.kit.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

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
      assertEquals(
          "text/event-stream;charset=utf-8",
          answer.headers().firstValue("Content-Type").orElseThrow());
      assertEquals(
          "no-store, no-transform", answer.headers().firstValue("Cache-Control").orElseThrow());
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
      assertEquals(
          "text/event-stream;charset=utf-8",
          head.headers().firstValue("Content-Type").orElseThrow());
      assertTrue(forge.json(next).get("ended_at").isNull(), next.body());
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

  private static String turn(String sessionId, int index) {
    return "/sessions/" + sessionId + "/turns/" + index;
  }

  private static HttpRequest.Builder stream(HttpRequest.Builder request) {
    return request.setHeader("Accept", "text/event-stream");
  }
}

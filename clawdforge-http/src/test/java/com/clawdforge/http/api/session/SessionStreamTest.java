package com.clawdforge.http.api.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.Async;
import com.clawdforge.http.kit.RawConnection;
import com.clawdforge.http.kit.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code GET /sessions/{id}/events}. */
@Timeout(60)
final class SessionStreamTest {
  private static final String PROMPT = "{\"prompt\":\"gr\u00fc\u00df\"}";

  private static TestServer.Setup scripted(FakeRun... turns) {
    TestServer.Setup setup = TestServer.setup();
    Iterator<FakeRun> next = List.of(turns).iterator();
    setup.agents = FakeAgentRunner.scriptedTurns((session, prompt) -> next.next());
    return setup;
  }

  @Test
  void a_stream_has_all_turns_what_came_between_them_and_the_end_of_the_session() throws Exception {
    TestServer.Setup setup =
        scripted(
            FakeRun.turn("x").emitting("{\"a\" : 1}"),
            FakeRun.fails(AgentFailure.FAILED, "it broke", "boom"));
    try (TestServer forge = setup.start()) {
      String id = forge.open();
      forge.turn(id, PROMPT);
      setup.agents.sendAfterwards(id, "{\"b\" : 2}");
      forge.turn(id, PROMPT);
      close(forge, id);

      HttpResponse<String> answer = forge.send(events(forge, id));

      assertEquals(200, answer.statusCode());
      assertEquals(
          "text/event-stream;charset=utf-8",
          answer.headers().firstValue("Content-Type").orElseThrow());
      String body =
          answer
              .body()
              .replaceAll("\"(duration_ms|closed_at)\":\\d+", "\"$1\":N")
              .replaceAll("\"request_id\":\"[^\"]*\"", "\"request_id\":R")
              .replace(id, "ID");
      assertTrue(
          body.startsWith(
              """
              event: turn_started
              id: 1.0
              data: {"session_id":"ID","turn_index":1,"prompt_bytes":6}

              event: acp
              id: 1.1
              data: {"a" : 1}

              event: turn
              data: {"ok":true,"session_id":"ID","turn_index":1,"stop_reason":"end_turn","duration_ms":N}

              event: acp
              id: 1.2
              data: {"b" : 2}

              event: turn_started
              id: 2.0
              data: {"session_id":"ID","turn_index":2,"prompt_bytes":6}

              event: error
              data: {"type":"urn:clawdforge:error:agent_failed","""),
          body);
      assertTrue(
          body.endsWith(
              """
              ,"turn_index":2}

              event: closed
              data: {"session_id":"ID","closed_at":N}

              """),
          body);
    }
  }

  @Test
  void a_client_goes_on_after_the_last_event_that_it_has_seen() throws Exception {
    try (TestServer forge =
        scripted(FakeRun.turn("x").emitting("{}", "{}"), FakeRun.turn("x").emitting("{}"))
            .start()) {
      String id = forge.open();
      forge.turn(id, PROMPT);
      forge.turn(id, PROMPT);
      close(forge, id);

      assertEquals(
          List.of("1.2", "2.0", "2.1"),
          fields("id", forge.send(events(forge, id).header("Last-Event-ID", "1.1")).body()));
      assertEquals(
          List.of("2.1"),
          fields("id", forge.send(forge.to(path(id) + "?last_event_id=2.0")).body()));
    }
  }

  @Test
  void an_id_that_is_none_of_the_sessions_is_refused() throws Exception {
    try (TestServer forge = scripted(FakeRun.turn("x")).start()) {
      String id = forge.open();
      forge.turn(id, PROMPT);

      for (String seen : List.of("1", "0.1", "x.y", "1.-1", "99999999999.1", "7.1")) {
        HttpResponse<String> answer = forge.send(events(forge, id).header("Last-Event-ID", seen));
        assertEquals(422, answer.statusCode(), seen);
        assertTrue(answer.body().contains("\"field\":\"Last-Event-ID\""), answer.body());
      }
      assertEquals(404, forge.send(events(forge, id.replace('a', 'b') + "0")).statusCode());
    }
  }

  @Test
  void a_follower_is_told_at_once_and_two_followers_get_the_same() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    try (TestServer forge = scripted(FakeRun.turn("x").emitting("{}").heldBy(hold)).start();
        RawConnection wire = RawConnection.to(forge)) {
      String id = forge.open();
      wire.send(get(forge, id));
      Async<HttpResponse<String>> other = Async.start(() -> forge.send(events(forge, id)));
      Async<HttpResponse<String>> turn = Async.start(() -> forge.turn(id, PROMPT));

      assertEquals("event: turn_started", wire.next("event:"));
      assertEquals("id: 1.1", wire.next("id: 1.1"));
      assertEquals("data: {}", wire.next("data:"));
      hold.release();
      assertEquals("event: turn", wire.next("event:"));
      turn.get();
      close(forge, id);
      assertEquals("event: closed", wire.next("event:"));

      assertEquals(
          List.of("turn_started", "acp", "turn", "closed"), fields("event", other.get().body()));
    }
  }

  @Test
  void a_stream_is_alive_while_nothing_happens_and_ends_with_the_server() throws Exception {
    TestServer.Setup setup = scripted();
    setup.heartbeat = Duration.ofMillis(50);
    try (TestServer forge = setup.start();
        RawConnection wire = RawConnection.to(forge)) {
      wire.send(get(forge, forge.open()));
      assertEquals(":", wire.next(":"));

      Async<Boolean> drained =
          Async.start(
              () -> {
                forge.server.drain(Duration.ofSeconds(10));
                return true;
              });

      assertEquals("event: error", wire.next("event:"));
      assertTrue(wire.next("data:").contains("\"code\":\"shutting_down\""));
      assertTrue(drained.get());
    }
  }

  @Test
  void a_stream_ends_when_its_token_is_revoked() throws Exception {
    try (TestServer forge = scripted().start();
        RawConnection wire = RawConnection.to(forge)) {
      wire.send(get(forge, forge.open()));
      assertEquals("HTTP/1.1 200 OK", wire.next("HTTP"));

      forge.admin(forge.to("/admin/tokens/app").DELETE());

      assertEquals("event: error", wire.next("event:"));
      assertTrue(wire.next("data:").contains("\"code\":\"unauthenticated\""));
    }
  }

  private static List<String> fields(String field, String stream) {
    String start = field + ": ";
    return stream
        .lines()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .toList();
  }

  private static void close(TestServer forge, String id) throws Exception {
    forge.send(forge.to("/sessions/" + id).DELETE());
  }

  private static String get(TestServer forge, String id) {
    return "GET "
        + path(id)
        + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
        + forge.token
        + "\r\n\r\n";
  }

  private static String path(String id) {
    return "/sessions/" + id + "/events";
  }

  private static HttpRequest.Builder events(TestServer forge, String id) {
    return forge.to(path(id)).header("Accept", "text/event-stream");
  }
}

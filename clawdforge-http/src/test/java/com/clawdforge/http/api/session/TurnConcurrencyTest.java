package com.clawdforge.http.api.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkState;
import com.clawdforge.http.kit.Async;
import com.clawdforge.http.kit.TestServer;
import com.clawdforge.http.web.RequestKey;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Turns that wait, take too long, or are requested again. */
final class TurnConcurrencyTest {
  private static final String PROMPT = "{\"prompt\":\"p\"}";

  private final FakeRun.Hold hold = new FakeRun.Hold();

  private TestServer held() {
    return TestServer.with(FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.turn("x").heldBy(hold)));
  }

  @Test
  void a_turn_that_takes_too_long_times_out() throws Exception {
    try (TestServer forge =
        TestServer.with(FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.silent()))) {
      HttpResponse<String> answer =
          forge.turn(forge.open(), "{\"prompt\":\"p\",\"timeout_secs\":1}");

      assertEquals(504, answer.statusCode());
      assertEquals("agent_timeout", forge.json(answer).get("code").textValue());
      assertEquals("false", answer.headers().firstValue("x-should-retry").orElseThrow());
    }
  }

  @Test
  void a_detached_turn_is_answered_at_once() throws Exception {
    try (TestServer forge = held()) {
      String id = forge.open();
      HttpResponse<String> answer =
          forge.turn(
              id,
              "{\"prompt\":\"p\",\"detach\":true}",
              r -> r.header("Accept", "text/event-stream"));

      assertEquals(202, answer.statusCode());
      assertEquals(
          "/sessions/" + id + "/turns/1", answer.headers().firstValue("Location").orElseThrow());
      assertTrue(
          answer
              .body()
              .matches(
                  "\\{\"ok\":true,\"session_id\":\""
                      + id
                      + "\",\"turn_index\":1,\"state\":\"(queued|running)\"}"),
          answer.body());
      hold.release();
      forge.until(
          "/sessions/" + id + "/turns/1",
          turn -> turn.get("state").textValue().equals("completed"));
    }
  }

  @Test
  void a_second_turn_waits_unless_it_must_not() throws Exception {
    try (TestServer forge = held()) {
      String id = forge.open();
      forge.detach(id);
      forge.agents.awaitTurns(1);
      HttpResponse<String> refused = forge.turn(id, "{\"prompt\":\"p\",\"queue\":false}");
      for (int i = 0; i < 16; i++) {
        forge.detach(id);
      }
      HttpResponse<String> oneTooMany = forge.turn(id, PROMPT);

      assertEquals(409, refused.statusCode());
      assertEquals("turn_in_progress", forge.json(refused).get("code").textValue());
      assertEquals(409, oneTooMany.statusCode());
      assertEquals("turn_in_progress", forge.json(oneTooMany).get("code").textValue());
      assertEquals(
          "queued",
          forge.json(forge.get("/sessions/" + id + "/turns/17")).get("state").textValue());
      hold.release();
      forge.until(
          "/sessions/" + id + "/turns/17",
          turn -> turn.get("state").textValue().equals("completed"));
      assertEquals(1, forge.agents.mostAtOnce());
    }
  }

  @Test
  void the_same_key_joins_the_turn_and_later_gives_its_answer_again() throws Exception {
    try (TestServer forge = held()) {
      String id = forge.open();
      HttpRequest.Builder keyed =
          forge.post("/sessions/" + id + "/turn", PROMPT).header("Idempotency-Key", "k");
      Async<HttpResponse<String>> first = Async.start(() -> forge.send(keyed));
      forge.agents.awaitTurns(1);
      Async<HttpResponse<String>> joined = Async.start(() -> forge.send(keyed));
      HttpResponse<String> conflict =
          forge.turn(id, "{\"prompt\":\"q\"}", r -> r.header("Idempotency-Key", "k"));
      hold.release();
      HttpResponse<String> answer = first.get();
      HttpResponse<String> replay = forge.send(keyed);

      assertEquals(200, answer.statusCode());
      assertEquals(answer.body(), joined.get().body());
      assertEquals(answer.body(), replay.body());
      assertFalse(answer.headers().firstValue("Idempotent-Replay").isPresent());
      assertEquals("true", replay.headers().firstValue("Idempotent-Replay").orElseThrow());
      assertEquals(409, conflict.statusCode());
      assertEquals(1, forge.agents.receivedTurns().size());
    }
  }

  @Test
  void a_turn_of_a_server_that_died_is_answered_as_interrupted() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String id = forge.open();
      Turn left =
          new Turn(
              id,
              forge.sessionStore.find(null, id).orElseThrow().tokenId(),
              "app",
              0,
              1,
              0,
              "r",
              new Progress(WorkState.QUEUED, Instant.now(), null, null, AgentReport.NONE, null),
              false);
      forge.sessionStore.addTurn(
          left, null, RequestKey.of("k", PROMPT.getBytes(StandardCharsets.UTF_8)), Instant.EPOCH);
      forge.sessionStore.interruptUnfinished(Instant.now());
      HttpResponse<String> answer = forge.turn(id, PROMPT, r -> r.header("Idempotency-Key", "k"));

      assertEquals(502, answer.statusCode(), answer.body());
      assertEquals("true", answer.headers().firstValue("Idempotent-Replay").orElseThrow());
      assertEquals("false", answer.headers().firstValue("x-should-retry").orElseThrow());
      assertEquals(
          "the server stopped while the turn was queued or running",
          forge.json(answer).get("detail").textValue());
      assertEquals(
          "interrupted",
          forge.json(forge.get("/sessions/" + id + "/turns/1")).get("state").textValue());
    }
  }

  @Test
  void revoking_the_token_ends_the_turn() throws Exception {
    try (TestServer forge =
        TestServer.with(FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.silent()))) {
      String id = forge.open();
      Async<HttpResponse<String>> turn = Async.start(() -> forge.turn(id, PROMPT));
      forge.agents.awaitTurns(1);
      forge.admin(forge.to("/admin/tokens/app").DELETE());

      assertEquals(502, turn.get().statusCode());
    }
  }
}

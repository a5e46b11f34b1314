package com.clawdforge.http.api.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.Async;
import com.clawdforge.http.kit.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Closing and cancelling sessions and turns, and repeated requests. */
final class SessionEndTest {
  @Test
  void closing_is_idempotent_and_a_turn_afterwards_is_gone() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String id = forge.open();
      HttpRequest.Builder delete = forge.to("/sessions/" + id).DELETE();

      assertEquals(
          "{\"ok\":true,\"session_id\":\"" + id + "\",\"already_closed\":false}",
          forge.send(delete).body());
      HttpResponse<String> again = forge.send(delete);
      assertEquals(200, again.statusCode());
      assertEquals(
          "{\"ok\":true,\"session_id\":\"" + id + "\",\"already_closed\":true}", again.body());
      HttpResponse<String> turn = forge.turn(id, "{\"prompt\":\"p\"}");
      assertEquals(410, turn.statusCode());
      assertEquals("session_closed", forge.json(turn).get("code").textValue());
      assertTrue(
          forge
              .json(turn)
              .get("detail")
              .textValue()
              .matches("session " + id + " was closed at \\d{4}-\\d\\d-\\d\\dT[\\d:]+\\.\\d{3}Z"),
          turn.body());
      assertEquals(List.of(id), forge.agents.closedSessions());
    }
  }

  @Test
  void closing_cancels_the_running_turn_and_its_caller_learns_of_it() throws Exception {
    try (TestServer forge =
        TestServer.with(FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.silent()))) {
      String id = forge.open();
      Async<HttpResponse<String>> turn = Async.start(() -> forge.turn(id, "{\"prompt\":\"p\"}"));
      forge.agents.awaitTurns(1);
      forge.send(forge.to("/sessions/" + id).DELETE());

      HttpResponse<String> answer = turn.get();
      assertEquals(200, answer.statusCode(), answer.body());
      assertEquals("cancelled", forge.json(answer).get("stop_reason").textValue());
    }
  }

  @Test
  void cancelling_ends_the_running_turn_and_says_whether_there_was_one() throws Exception {
    try (TestServer forge =
        TestServer.with(FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.silent()))) {
      String id = forge.open();
      HttpRequest.Builder cancel = forge.post("/sessions/" + id + "/cancel", "");

      assertEquals("{\"ok\":true,\"cancelled\":false}", forge.send(cancel).body());
      Async<HttpResponse<String>> turn = Async.start(() -> forge.turn(id, "{\"prompt\":\"p\"}"));
      forge.agents.awaitTurns(1);
      assertEquals("{\"ok\":true,\"cancelled\":true}", forge.send(cancel).body());
      HttpResponse<String> answer = turn.get();
      assertEquals(200, answer.statusCode());
      assertEquals("cancelled", forge.json(answer).get("stop_reason").textValue());
      assertEquals(
          "cancelled",
          forge.json(forge.get("/sessions/" + id + "/turns/1")).get("state").textValue());
    }
  }

  @Test
  void a_turn_that_waits_is_cancelled_by_its_index() throws Exception {
    try (TestServer forge =
        TestServer.with(FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.silent()))) {
      String id = forge.open();
      forge.detach(id);
      forge.agents.awaitTurns(1);
      forge.detach(id);
      HttpRequest.Builder cancel = forge.post("/sessions/" + id + "/turns/2/cancel", "");

      assertEquals("{\"ok\":true,\"cancelled\":true}", forge.send(cancel).body());
      assertEquals("{\"ok\":true,\"cancelled\":false}", forge.send(cancel).body());
      assertEquals(
          "running",
          forge.json(forge.get("/sessions/" + id + "/turns/1")).get("state").textValue());
      assertEquals(
          404, forge.send(forge.post("/sessions/" + id + "/turns/3/cancel", "")).statusCode());
    }
  }

  @Test
  void the_same_key_and_body_give_the_same_session() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpRequest.Builder keyed =
          forge.post("/sessions", "{\"meta\":{}}").header("Idempotency-Key", "k");
      HttpResponse<String> first = forge.send(keyed);
      HttpResponse<String> second = forge.send(keyed);
      HttpResponse<String> other =
          forge.send(forge.post("/sessions", "{}").header("Idempotency-Key", "k"));
      HttpResponse<String> bad =
          forge.send(forge.post("/sessions", "{}").header("Idempotency-Key", "x".repeat(129)));

      assertFalse(first.headers().firstValue("Idempotent-Replay").isPresent());
      assertEquals("true", second.headers().firstValue("Idempotent-Replay").orElseThrow());
      assertEquals(first.body(), second.body());
      assertEquals(409, other.statusCode());
      assertEquals("idempotency_conflict", forge.json(other).get("code").textValue());
      assertEquals(422, bad.statusCode());
      assertEquals(1, forge.sessionStore.countOpen());
    }
  }

  @Test
  void a_repeated_key_gets_the_first_answer_even_if_the_session_changed() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpRequest.Builder keyed = forge.post("/sessions", "{}").header("Idempotency-Key", "k");
      HttpResponse<String> first = forge.send(keyed);
      String id = forge.json(first).get("session_id").textValue();
      forge.turn(id, "{\"prompt\":\"p\"}");
      forge.send(forge.to("/sessions/" + id).DELETE());

      HttpResponse<String> again = forge.send(keyed);

      assertEquals("true", again.headers().firstValue("Idempotent-Replay").orElseThrow());
      assertEquals(first.body(), again.body());
    }
  }
}

package com.clawdforge.http.api.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkState;
import com.clawdforge.http.kit.Async;
import com.clawdforge.http.kit.TestServer;
import com.clawdforge.http.web.RequestKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnAnswerTest {
  private static final String PROMPT = "{\"prompt\":\"p\"}";
  private static final String LINE_1 = "{\"jsonrpc\" : \"2.0\",  \"n\":1.50}";
  private static final String LINE_2 = "{\"x\":\"gr\u00fc\u00dfe \ud83d\ude00 \\u00e9\"}";

  private final FakeRun.Hold hold = new FakeRun.Hold();

  private TestServer held() {
    return TestServer.with(FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.turn("x").heldBy(hold)));
  }

  @Test
  void the_answer_has_the_agents_bytes_between_the_members_of_the_contract() throws Exception {
    try (TestServer forge =
        TestServer.with(
            FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.turn("x").emitting(LINE_1, LINE_2)))) {
      String id = forge.open();
      HttpResponse<String> answer = forge.turn(id, PROMPT);

      assertEquals(200, answer.statusCode());
      assertEquals("application/json", answer.headers().firstValue("Content-Type").orElseThrow());
      assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElseThrow());
      assertEquals("0.000141", answer.headers().firstValue("X-Clawdforge-Cost-Usd").orElseThrow());
      assertEquals(
          "{\"ok\":true,\"session_id\":\""
              + id
              + "\",\"turn_index\":1,\"events\":["
              + LINE_1
              + ","
              + LINE_2
              + "],\"stop_reason\":\"end_turn\",\"duration_ms\":"
              + forge.json(answer).get("duration_ms")
              + "}",
          answer.body());
      assertEquals(2, forge.json(forge.turn(id, PROMPT)).get("turn_index").intValue());
    }
  }

  @Test
  void a_turn_without_events_has_an_empty_array() throws Exception {
    try (TestServer forge =
        TestServer.with(FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.turn("x").emitting()))) {
      assertEquals("[]", forge.json(forge.turn(forge.open(), PROMPT)).get("events").toString());
    }
  }

  @Test
  void a_turn_is_shown_with_the_members_of_the_contract() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String id = forge.open();
      forge.turn(id, "{\"prompt\":\"\u00e9\"}", r -> r.header("X-Request-Id", "r-1"));
      HttpResponse<String> answer = forge.get("/sessions/" + id + "/turns/1");
      JsonNode turn = forge.json(answer);

      assertEquals(
          "{\"ok\":true,\"session_id\":\"ID\",\"turn_index\":1,\"state\":\"completed\","
              + "\"stop_reason\":\"end_turn\",\"created_at\":N,\"started_at\":T,\"ended_at\":T,"
              + "\"queue_ms\":N,\"duration_ms\":N,\"usage\":{\"input_tokens\":12,\"output_tokens\":7,"
              + "\"cache_read_input_tokens\":0,\"cache_creation_input_tokens\":0},"
              + "\"cost_usd\":0.000141,\"context_lost\":false,\"prompt_bytes\":2,\"files\":0,"
              + "\"error\":null,\"request_id\":\"r-1\"}",
          answer
              .body()
              .replace(id, "ID")
              .replaceAll("(created_at|queue_ms|duration_ms)\":\\d+", "$1\":N")
              .replaceAll("\"\\d{4}-\\d\\d-\\d\\dT[\\d:]+\\.\\d{3}Z\"", "T"));
      assertTrue(turn.get("created_at").isIntegralNumber());
    }
  }

  @Test
  void turns_are_listed_newest_first_and_in_pages() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String id = forge.open();
      for (int i = 0; i < 3; i++) {
        forge.turn(id, PROMPT);
      }
      JsonNode page = forge.json(forge.get("/sessions/" + id + "/turns?limit=2"));
      JsonNode rest =
          forge.json(
              forge.get(
                  "/sessions/" + id + "/turns?cursor=" + page.get("next_cursor").textValue()));

      assertEquals(List.of("3", "2"), page.findValuesAsText("turn_index"));
      assertEquals(List.of("1"), rest.findValuesAsText("turn_index"));
      assertTrue(rest.get("next_cursor").isNull());
      assertFalse(page.at("/turns/0").has("ok"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "0", "-1", "01", "one", "1.0", "99999999999", "4294967297"})
  void a_turn_that_is_not_there_is_not_found_however_it_is_called(String index) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String id = forge.open();
      forge.turn(id, PROMPT);
      for (String path : List.of("", "/events")) {
        HttpResponse<String> answer = forge.get("/sessions/" + id + "/turns/" + index + path);

        assertEquals(404, answer.statusCode());
        assertEquals("no turn " + index, forge.json(answer).get("detail").textValue());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "prompt|{}",
        "prompt|{\"prompt\":\" \"}",
        "prompt|{\"prompt\":7}",
        "files|{\"prompt\":\"p\",\"files\":\"f\"}",
        "timeout_secs|{\"prompt\":\"p\",\"timeout_secs\":0}",
        "timeout_secs|{\"prompt\":\"p\",\"timeout_secs\":3601}",
        "timeout_secs|{\"prompt\":\"p\",\"timeout_secs\":\"1\"}",
        "queue|{\"prompt\":\"p\",\"queue\":\"no\"}",
        "detach|{\"prompt\":\"p\",\"detach\":1}",
      })
  void what_cannot_be_asked_is_refused_by_its_fields_name(String field, String body)
      throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.turn(forge.open(), body);

      assertEquals(422, answer.statusCode(), answer.body());
      assertEquals(field, forge.json(answer).get("field").textValue());
      assertEquals(List.of(), forge.agents.receivedTurns());
    }
  }

  @Test
  void prompt_files_and_timeout_reach_the_agent() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String id = forge.open();
      String file = forge.upload("a.txt", "content");
      forge.turn(id, "{\"prompt\":\"look\",\"files\":[\"" + file + "\"],\"color\":1}");
      forge.turn(id, "{\"prompt\":\"p\",\"timeout_secs\":60}");

      FakeAgentRunner.ReceivedTurn first = forge.agents.receivedTurns().get(0);
      assertEquals("look", first.prompt().text());
      assertEquals("a.txt", first.prompt().attachments().get(0).name());
      assertArrayEquals("content".getBytes(StandardCharsets.UTF_8), first.contents().get(0));
      assertTrue(isUpTo(Duration.ofMinutes(10), first.prompt().timeout()));
      assertTrue(
          isUpTo(Duration.ofMinutes(1), forge.agents.receivedTurns().get(1).prompt().timeout()));
    }
  }

  private static boolean isUpTo(Duration most, Duration actual) {
    return actual.compareTo(most) <= 0 && actual.compareTo(most.minusSeconds(20)) > 0;
  }

  @Test
  void a_turn_that_fails_is_a_problem_that_is_not_to_be_retried_blindly() throws Exception {
    try (TestServer forge =
        TestServer.with(
            FakeAgentRunner.scriptedTurns(
                (s, p) -> FakeRun.fails(AgentFailure.FAILED, "it broke", "tail")))) {
      String id = forge.open();
      HttpResponse<String> answer = forge.turn(id, PROMPT);

      assertEquals(502, answer.statusCode());
      assertEquals("false", answer.headers().firstValue("x-should-retry").orElseThrow());
      JsonNode problem = forge.json(answer);
      assertEquals("agent_failed", problem.get("code").textValue());
      assertEquals("it broke", problem.get("error").textValue());
      assertEquals("tail", problem.get("stderr_tail").textValue());
      assertTrue(problem.get("duration_ms").isIntegralNumber());
      assertTrue(problem.get("stop_reason").isNull());
      assertEquals(
          "{\"code\":\"agent_failed\",\"detail\":\"it broke\",\"stderr_tail\":\"tail\"}",
          forge.json(forge.get("/sessions/" + id + "/turns/1")).get("error").toString());
    }
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

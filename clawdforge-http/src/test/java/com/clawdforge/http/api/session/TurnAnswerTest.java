package com.clawdforge.http.api.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnAnswerTest {
  private static final String PROMPT = "{\"prompt\":\"p\"}";
  private static final String LINE_1 = "{\"jsonrpc\" : \"2.0\",  \"n\":1.50}";
  private static final String LINE_2 = "{\"x\":\"gr\u00fc\u00dfe \ud83d\ude00 \\u00e9\"}";

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
}

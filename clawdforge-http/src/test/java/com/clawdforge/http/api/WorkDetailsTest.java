package com.clawdforge.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where runs and turns show what the agent reported besides the result. */
final class WorkDetailsTest {
  private static final String PROMPT = "{\"prompt\":\"p\"}";
  private static final AgentDetails DETAILS =
      new AgentDetails(
          List.of(new ProviderRetry(529, "overloaded", Duration.ofSeconds(1))),
          List.of("a file was cut"),
          List.of(new AgentDetails.ModelUse("m", new Usage(1, 2, 3, 4), null)),
          "completed",
          List.of(),
          null);

  @Test
  void a_run_is_answered_with_its_warnings_and_shown_with_all_details() throws Exception {
    try (TestServer forge =
        TestServer.with(FakeAgentRunner.scripted(o -> FakeRun.answers("ok").reporting(DETAILS)))) {
      HttpResponse<String> answer = forge.run(PROMPT);
      String runId = answer.headers().firstValue("X-Clawdforge-Run-Id").orElseThrow();

      assertTrue(
          answer
              .body()
              .endsWith(",\"stop_reason\":\"end_turn\",\"warnings\":[\"a file was cut\"]}"),
          answer.body());
      assertAllDetails(forge.json(forge.get("/runs/" + runId)));
      assertFalse(forge.json(forge.get("/runs")).at("/runs/0").has("warnings"), "a list is short");
      String stream = forge.run(PROMPT, r -> r.header("Accept", "text/event-stream")).body();
      assertTrue(stream.stripTrailing().endsWith(",\"warnings\":[\"a file was cut\"]}"), stream);
    }
  }

  @Test
  void a_turn_is_answered_with_its_warnings_and_shown_with_all_details() throws Exception {
    try (TestServer forge =
        TestServer.with(
            FakeAgentRunner.scriptedTurns((s, p) -> FakeRun.turn("ok").reporting(DETAILS)))) {
      String id = forge.open();
      String answer = forge.turn(id, PROMPT).body();

      assertTrue(answer.endsWith(",\"warnings\":[\"a file was cut\"]}"), answer);
      assertAllDetails(forge.json(forge.get("/sessions/" + id + "/turns/1")));
      assertAllDetails(forge.json(forge.get("/sessions/" + id + "/turns")).at("/turns/0"));
      String stream = forge.turn(id, PROMPT, r -> r.header("Accept", "text/event-stream")).body();
      assertTrue(stream.stripTrailing().endsWith(",\"warnings\":[\"a file was cut\"]}"), stream);
    }
  }

  private static void assertAllDetails(JsonNode view) {
    assertEquals("[\"a file was cut\"]", view.get("warnings").toString());
    assertEquals(529, view.at("/retries/0/status").intValue());
    assertEquals(4, view.at("/model_usage/m/cache_creation_input_tokens").intValue());
    assertEquals("completed", view.get("terminal_reason").textValue());
  }

  @Test
  void a_turn_that_meets_a_usage_limit_says_so_wherever_it_is_shown() throws Exception {
    RetryAdvice retry =
        new RetryAdvice(Instant.parse("9999-01-02T03:04:05.678Z"), "five_hour", false);
    try (TestServer forge =
        TestServer.with(
            FakeAgentRunner.scriptedTurns(
                (s, p) -> FakeRun.fails(AgentFailure.USAGE_LIMIT_REACHED, "no", "", retry)))) {
      String id = forge.open();
      HttpResponse<String> answer = forge.turn(id, PROMPT);

      assertEquals(429, answer.statusCode());
      assertEquals("false", answer.headers().firstValue("x-should-retry").orElseThrow());
      String members = "\"resets_at\":\"9999-01-02T03:04:05.678Z\",\"limit\":\"five_hour\"}";
      assertTrue(answer.body().endsWith(members), answer.body());
      JsonNode listed = forge.json(forge.get("/sessions/" + id + "/turns"));
      assertTrue(listed.at("/turns/0/error").toString().endsWith(members), listed.toString());
      String events =
          forge
              .send(
                  forge
                      .to("/sessions/" + id + "/turns/1/events")
                      .header("Accept", "text/event-stream"))
              .body();
      assertTrue(events.stripTrailing().endsWith(members), events);
    }
  }
}

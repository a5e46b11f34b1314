package com.clawdforge.http.api.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunFailureTest {
  @ParameterizedTest
  @CsvSource({
    "FAILED, 502, agent_failed, Agent failed, false",
    "UNAUTHENTICATED, 502, agent_unauthenticated, Agent not logged in, false",
    "OUTPUT_INVALID, 502, agent_output_invalid, Agent output invalid, false",
    "BUDGET_EXHAUSTED, 402, budget_exhausted, Budget exhausted, false",
    "UNAVAILABLE, 503, agent_unavailable, Agent unavailable,",
  })
  void an_agents_failure_is_a_problem_with_the_agents_output(
      AgentFailure failure, int status, String code, String title, String shouldRetry)
      throws Exception {
    String stderr = "x".repeat(3000) + "END";
    try (TestServer forge =
        TestServer.with(
            FakeAgentRunner.scripted(o -> FakeRun.fails(failure, "it broke", stderr)))) {
      HttpResponse<String> answer =
          forge.run("{\"prompt\":\"p\"}", request -> request.header("X-Request-Id", "r-1"));

      assertEquals(status, answer.statusCode());
      assertEquals(
          "application/problem+json", answer.headers().firstValue("Content-Type").orElseThrow());
      assertEquals(Optional.ofNullable(shouldRetry), answer.headers().firstValue("x-should-retry"));
      assertEquals(
          status == 503 ? Optional.of("5") : Optional.empty(),
          answer.headers().firstValue("Retry-After"));
      assertEquals(
          List.of(
              "type",
              "title",
              "status",
              "detail",
              "ok",
              "code",
              "error",
              "request_id",
              "duration_ms",
              "stop_reason",
              "stderr_tail"),
          forge.members(answer));
      JsonNode problem = forge.json(answer);
      assertEquals("urn:clawdforge:error:" + code, problem.get("type").textValue());
      assertEquals(title, problem.get("title").textValue());
      assertEquals(status, problem.get("status").intValue());
      assertEquals("it broke", problem.get("detail").textValue());
      assertEquals("it broke", problem.get("error").textValue());
      assertEquals(code, problem.get("code").textValue());
      assertEquals("r-1", problem.get("request_id").textValue());
      assertEquals(2000, problem.get("stderr_tail").textValue().length());
      assertTrue(problem.get("stderr_tail").textValue().endsWith("END"));
      String runId = answer.headers().firstValue("X-Clawdforge-Run-Id").orElseThrow();
      JsonNode run = forge.json(forge.get("/runs/" + runId));
      assertEquals("failed", run.get("state").textValue());
      assertEquals(code, run.at("/error/code").textValue());
      assertEquals("it broke", run.at("/error/detail").textValue());
    }
  }

  @Test
  void an_agent_that_takes_too_long_is_504() throws Exception {
    try (TestServer forge = TestServer.with(FakeAgentRunner.scripted(o -> FakeRun.silent()))) {
      HttpResponse<String> answer = forge.run("{\"prompt\":\"p\",\"timeout_secs\":1}");

      assertEquals(504, answer.statusCode());
      assertEquals("agent_timeout", forge.json(answer).get("code").textValue());
      assertEquals("false", answer.headers().firstValue("x-should-retry").orElseThrow());
    }
  }

  @Test
  void a_run_without_a_place_is_refused_and_may_be_tried_again() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    FakeRun.Hold hold = new FakeRun.Hold();
    setup.agents = FakeAgentRunner.scripted(o -> FakeRun.answers("x").heldBy(hold));
    setup.maxConcurrent = 1;
    setup.maxWaiting = 0;
    try (TestServer forge = setup.start()) {
      FutureTask<HttpResponse<String>> first =
          new FutureTask<>(() -> forge.run("{\"prompt\":\"p\"}"));
      Thread.ofVirtual().start(first);
      forge.agents.awaitStarted(1);

      HttpResponse<String> second = forge.run("{\"prompt\":\"p\"}");

      assertEquals(503, second.statusCode());
      assertEquals("at_capacity", forge.json(second).get("code").textValue());
      assertEquals("5", second.headers().firstValue("Retry-After").orElseThrow());
      assertTrue(second.headers().firstValue("x-should-retry").isEmpty());
      hold.release();
      assertEquals(200, first.get(20, TimeUnit.SECONDS).statusCode());
    }
  }

  @Test
  void a_run_that_waited_in_vain_is_answered_503_too() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    FakeRun.Hold hold = new FakeRun.Hold();
    setup.agents = FakeAgentRunner.scripted(o -> FakeRun.answers("x").heldBy(hold));
    setup.maxConcurrent = 1;
    setup.maxWait = Duration.ofMillis(1);
    try (TestServer forge = setup.start()) {
      FutureTask<HttpResponse<String>> first =
          new FutureTask<>(() -> forge.run("{\"prompt\":\"p\"}"));
      Thread.ofVirtual().start(first);
      forge.agents.awaitStarted(1);

      HttpResponse<String> second = forge.run("{\"prompt\":\"p\"}");

      assertEquals(503, second.statusCode());
      assertEquals("5", second.headers().firstValue("Retry-After").orElseThrow());
      assertTrue(second.headers().firstValue("x-should-retry").isEmpty());
      hold.release();
      assertEquals(200, first.get(20, TimeUnit.SECONDS).statusCode());
    }
  }

  @Test
  void a_file_that_is_not_there_is_404() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.run("{\"prompt\":\"p\",\"files\":[\"ff_none\"]}");

      assertEquals(404, answer.statusCode());
      assertEquals("no file ff_none", forge.json(answer).get("detail").textValue());
    }
  }
}

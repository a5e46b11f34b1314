package com.clawdforge.http.api.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunAnswerTest {
  @Test
  void an_answer_that_a_proxy_cut_off_is_found_by_the_id_of_its_request() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.agents = FakeAgentRunner.answering("forty-two");
    setup.keepAnswers = Duration.ofHours(1);
    try (TestServer forge = setup.start()) {
      forge.run("{\"prompt\":\"other\"}");
      forge.run("{\"prompt\":\"p\"}", request -> request.header("X-Request-Id", "lost-1"));

      JsonNode listed = Api.json(forge.get("/runs?request_id=lost-1"));
      assertEquals(1, listed.path("runs").size(), listed::toString);
      String id = listed.path("runs").path(0).path("run_id").asText();
      assertEquals("forty-two", Api.json(forge.get("/runs/" + id)).path("result").asText());
      assertEquals(0, Api.json(forge.get("/runs?request_id=")).path("runs").size());
    }
  }

  @Test
  void an_answer_has_exactly_the_four_members_in_their_order() throws Exception {
    try (TestServer forge =
        TestServer.with(FakeAgentRunner.answering("```json\n{\"qty\": 2}\n```"))) {
      HttpResponse<byte[]> answer =
          forge.sendForBytes(forge.post("/run", "{\"prompt\":\"count\"}"));

      assertEquals(200, answer.statusCode());
      String body = new String(answer.body(), StandardCharsets.UTF_8);
      String took = body.replaceFirst(".*\"duration_ms\":(\\d+),.*", "$1");
      assertArrayEquals(
          ("{\"ok\":true,\"result\":{\"qty\": 2},\"duration_ms\":"
                  + took
                  + ",\"stop_reason\":\"end_turn\"}")
              .getBytes(StandardCharsets.UTF_8),
          answer.body());
      assertEquals("application/json", answer.headers().firstValue("Content-Type").orElseThrow());
      assertEquals(
          Integer.toString(answer.body().length),
          answer.headers().firstValue("Content-Length").orElseThrow());
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      delimiter = '|',
      value = {
        "plain text|\"plain text\"",
        "{\"a\":1.0}|{\"a\":1.0}",
        "12|12",
        "{\"a\":12345678901234567890.10,\"b\":-1.50E+300}|{\"a\":12345678901234567890.10,\"b\":-1.50E+300}",
        "{\"a\":1e999999999}|\"{\\\"a\\\":1e999999999}\"",
        "[1,2] trailing|\"[1,2] trailing\"",
        "say \"hi\"|\"say \\\"hi\\\"\"",
        "grüße 🦀|\"grüße 🦀\"",
      })
  void a_result_is_json_if_it_is_json_and_text_if_not(String said, String result) throws Exception {
    try (TestServer forge = TestServer.with(FakeAgentRunner.answering(said))) {
      String body = forge.run("{\"prompt\":\"say\"}").body();

      assertTrue(body.startsWith("{\"ok\":true,\"result\":" + result + ",\"duration_ms\":"), body);
    }
  }

  @Test
  void run_id_and_cost_are_in_headers() throws Exception {
    AgentReport cheap = new AgentReport("m", "end_turn", null, new BigDecimal("1.41E-7"));
    FakeRun run = new FakeRun(List.of(), new AgentOutcome.Completed("x", null, cheap), null, null);
    try (TestServer forge = TestServer.with(FakeAgentRunner.scripted(oneShot -> run))) {
      HttpResponse<String> answer = forge.run("{\"prompt\":\"say\"}");

      String runId = answer.headers().firstValue("X-Clawdforge-Run-Id").orElseThrow();
      assertEquals(forge.agents.received().getFirst().oneShot().runId(), runId);
      assertEquals(
          "0.000000141", answer.headers().firstValue("X-Clawdforge-Cost-Usd").orElseThrow());
    }
  }

  @Test
  void a_run_is_shown_with_all_that_is_known_but_neither_prompt_nor_answer() throws Exception {
    try (TestServer forge = TestServer.with(FakeAgentRunner.answeringOk())) {
      String runId =
          forge
              .run("{\"prompt\":\"secret\"}", request -> request.header("X-Request-Id", "req-1"))
              .headers()
              .firstValue("X-Clawdforge-Run-Id")
              .orElseThrow();

      HttpResponse<String> shown = forge.get("/runs/" + runId);

      assertEquals(
          List.of(
              "ok",
              "run_id",
              "state",
              "model",
              "stop_reason",
              "created_at",
              "started_at",
              "ended_at",
              "queue_ms",
              "duration_ms",
              "usage",
              "cost_usd",
              "prompt_bytes",
              "result_bytes",
              "files",
              "error",
              "request_id"),
          forge.members(shown));
      JsonNode run = forge.json(shown);
      assertEquals("completed", run.get("state").textValue());
      assertEquals("fake-model-1", run.get("model").textValue());
      assertTrue(run.get("created_at").isIntegralNumber());
      assertTrue(
          run.get("started_at").textValue().matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}\\.\\d{3}Z"));
      assertEquals(
          "{\"input_tokens\":12,\"output_tokens\":7,\"cache_read_input_tokens\":0,"
              + "\"cache_creation_input_tokens\":0}",
          run.get("usage").toString());
      assertTrue(shown.body().contains("\"cost_usd\":0.000141,"), shown.body());
      assertEquals(6, run.get("prompt_bytes").intValue());
      assertTrue(run.get("error").isNull());
      assertEquals("req-1", run.get("request_id").textValue());
    }
  }

  @Test
  void a_detached_run_is_accepted_at_once_and_its_answer_kept() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    try (TestServer forge =
        TestServer.with(FakeAgentRunner.scripted(oneShot -> FakeRun.answers("[1]").heldBy(hold)))) {
      HttpResponse<String> accepted = forge.run("{\"prompt\":\"say\",\"detach\":true}");

      assertEquals(202, accepted.statusCode());
      assertEquals(List.of("ok", "run_id", "state"), forge.members(accepted));
      String where = accepted.headers().firstValue("Location").orElseThrow();
      assertEquals("/runs/" + forge.json(accepted).get("run_id").textValue(), where);
      forge.agents.awaitStarted(1);
      assertFalse(forge.json(forge.get(where)).has("result"));
      hold.release();
      assertEquals("[1]", awaitResult(forge, where).toString());
    }
  }

  @Test
  void a_repeated_key_gives_the_same_answer_without_a_second_run() throws Exception {
    try (TestServer forge = TestServer.with(FakeAgentRunner.answering("{\"a\":1}"))) {
      HttpResponse<String> first =
          forge.run("{\"prompt\":\"x\"}", request -> request.header("Idempotency-Key", "k 1"));
      HttpResponse<String> second =
          forge.run("{\"prompt\":\"x\"}", request -> request.header("Idempotency-Key", "k 1"));

      assertEquals(first.body(), second.body());
      assertTrue(first.headers().firstValue("Idempotent-Replay").isEmpty());
      assertEquals("true", second.headers().firstValue("Idempotent-Replay").orElseThrow());
      assertEquals(
          first.headers().firstValue("X-Clawdforge-Run-Id"),
          second.headers().firstValue("X-Clawdforge-Run-Id"));
      assertEquals(1, forge.agents.received().size());
    }
  }

  @Test
  void a_repeated_key_joins_the_run_that_still_goes_on() throws Exception {
    FakeRun.Hold hold = new FakeRun.Hold();
    try (TestServer forge =
        TestServer.with(FakeAgentRunner.scripted(oneShot -> FakeRun.answers("1").heldBy(hold)))) {
      Callable<HttpResponse<String>> call =
          () -> forge.run("{\"prompt\":\"x\"}", r -> r.header("Idempotency-Key", "k"));
      FutureTask<HttpResponse<String>> first = new FutureTask<>(call);
      FutureTask<HttpResponse<String>> second = new FutureTask<>(call);
      Thread.ofVirtual().start(first);
      forge.agents.awaitStarted(1);
      Thread.ofVirtual().start(second);
      hold.release();

      assertEquals(first.get(20, TimeUnit.SECONDS).body(), second.get(20, TimeUnit.SECONDS).body());
      assertEquals(1, forge.agents.received().size());
    }
  }

  @Test
  void the_same_key_with_another_body_is_a_conflict() throws Exception {
    try (TestServer forge = TestServer.with(FakeAgentRunner.answeringOk())) {
      forge.run("{\"prompt\":\"x\"}", request -> request.header("Idempotency-Key", "k"));
      HttpResponse<String> other =
          forge.run("{\"prompt\":\"x\" }", request -> request.header("Idempotency-Key", "k"));

      assertEquals(409, other.statusCode());
      assertEquals("idempotency_conflict", forge.json(other).get("code").textValue());
    }
  }

  @Test
  void a_cancelled_run_ends_its_caller_with_502_and_the_reason() throws Exception {
    try (TestServer forge =
        TestServer.with(FakeAgentRunner.scripted(oneShot -> FakeRun.silent()))) {
      FutureTask<HttpResponse<String>> waiting =
          new FutureTask<>(() -> forge.run("{\"prompt\":\"x\"}"));
      Thread.ofVirtual().start(waiting);
      forge.agents.awaitStarted(1);
      String path = "/runs/" + forge.agents.received().getFirst().oneShot().runId();

      HttpResponse<String> cancelled = forge.send(forge.post(path + "/cancel", ""));
      HttpResponse<String> again = forge.send(forge.post(path + "/cancel", ""));

      assertEquals("{\"ok\":true,\"cancelled\":true}", cancelled.body());
      assertEquals("{\"ok\":true,\"cancelled\":false}", again.body());
      HttpResponse<String> answer = waiting.get(20, TimeUnit.SECONDS);
      assertEquals(502, answer.statusCode());
      assertEquals("agent_failed", forge.json(answer).get("code").textValue());
      assertEquals("cancelled", forge.json(answer).get("stop_reason").textValue());
      assertEquals("cancelled", forge.json(forge.get(path)).get("state").textValue());
    }
  }

  @Test
  void runs_are_listed_newest_first_page_by_page() throws Exception {
    try (TestServer forge = TestServer.with(FakeAgentRunner.answeringOk())) {
      for (int i = 0; i < 3; i++) {
        assertEquals(200, forge.run("{\"prompt\":\"" + i + "\"}").statusCode());
      }
      HttpResponse<String> first = forge.get("/runs?limit=2");
      assertEquals(List.of("ok", "runs", "next_cursor"), forge.members(first));
      JsonNode page = forge.json(first);
      JsonNode rest =
          forge.json(forge.get("/runs?limit=2&cursor=" + page.get("next_cursor").textValue()));

      List<String> started =
          forge.agents.received().stream().map(one -> one.oneShot().runId()).toList();
      assertEquals(started.get(2), page.at("/runs/0/run_id").textValue());
      assertEquals(started.get(1), page.at("/runs/1/run_id").textValue());
      assertEquals(started.get(0), rest.at("/runs/0/run_id").textValue());
      assertTrue(rest.get("next_cursor").isNull());
      assertNull(page.at("/runs/0").get("app"));
      JsonNode all = forge.json(forge.admin(forge.to("/admin/runs")));
      assertEquals("app", all.at("/runs/0/app").textValue());
    }
  }

  private static JsonNode awaitResult(TestServer forge, String where) throws Exception {
    long deadline = System.nanoTime() + TestServer.PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode run = forge.json(forge.get(where));
      if (run.has("result")) {
        return run.get("result");
      }
    }
    throw new AssertionError("no result came");
  }
}

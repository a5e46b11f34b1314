package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.GatewayFixture;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.SleepingTool;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What apps get from the whole gateway when work fails, and what is left behind. */
@Tag("agent")
@Timeout(120)
class GatewayEndingIT {
  private static final int TIMEOUT_SECS = 4;

  @TempDir Path temp;

  @Test
  void a_timeout_is_answered_in_time_and_ends_the_tools_process() throws Exception {
    SleepingTool tool = new SleepingTool();
    try (GatewayFixture gateway = GatewayFixture.start(temp, tool::answer)) {
      long start = System.nanoTime();
      CompletableFuture<HttpResponse<String>> running =
          gateway.api.runAsync(
              gateway.token,
              Map.of("prompt", "go", "tools", List.of("Bash"), "timeout_secs", TIMEOUT_SECS));
      tool.await();
      HttpResponse<String> answer = running.get();
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertProblem(504, "agent_timeout", answer);
      assertTrue(took.compareTo(Duration.ofSeconds(TIMEOUT_SECS)) >= 0, took::toString);
      assertTrue(took.compareTo(Duration.ofSeconds(TIMEOUT_SECS + 2)) < 0, took::toString);
      assertFalse(tool.sleeps());
      assertEquals(List.of(), Installation.processesOf(Api.runId(answer)));
      assertEquals(List.of(), gateway.runDirectories());
      assertEquals(List.of("timed_out"), gateway.api.states());
    }
  }

  static Stream<Arguments> refusedLogins() {
    return Stream.of(
        Arguments.of(
            "refused",
            ModelReply.error(401, "authentication_error", "invalid x-api-key"),
            Map.of()),
        Arguments.of("missing", ModelReply.text("never"), Map.of("ANTHROPIC_API_KEY", "")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedLogins")
  void a_login_that_does_not_work_is_reported_within_five_seconds(
      String what, ModelReply reply, Map<String, String> environment) throws Exception {
    try (GatewayFixture gateway = GatewayFixture.start(temp, Script.always(reply), environment)) {
      long start = System.nanoTime();
      HttpResponse<String> answer = gateway.run("go");
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertProblem(502, "agent_unauthenticated", answer);
      assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, took::toString);
      assertFalse(answer.body().contains(Installation.API_KEY));
      assertEquals(List.of("failed"), gateway.api.states());
    }
  }

  @Test
  void without_claude_a_run_is_answered_to_retry_later() throws Exception {
    Map<String, String> environment = Map.of("CLAUDE_BIN", "/nowhere/claude");
    try (GatewayFixture gateway =
        GatewayFixture.start(temp, Script.always(ModelReply.text("never")), environment)) {
      HttpResponse<String> answer = gateway.run("go");

      assertProblem(503, "agent_unavailable", answer);
      assertTrue(answer.headers().firstValue("Retry-After").isPresent());
      assertTrue(answer.body().contains("agents/install"), answer::body);
      JsonNode health = Api.json(gateway.api.get("/healthz", gateway.token));
      assertFalse(health.path("claude_present").asBoolean(true), health::toString);
    }
  }

  @Test
  void revoking_a_token_cancels_its_running_work() throws Exception {
    SleepingTool tool = new SleepingTool();
    try (GatewayFixture gateway = GatewayFixture.start(temp, tool::answer)) {
      CompletableFuture<HttpResponse<String>> running =
          gateway.api.runAsync(gateway.token, Map.of("prompt", "go", "tools", List.of("Bash")));
      tool.await();
      assertEquals(List.of("running"), gateway.api.states());

      assertEquals(200, gateway.api.revoke("app").statusCode());

      HttpResponse<String> answer = Api.soon(running);
      assertProblem(502, "agent_failed", answer);
      assertTrue(answer.body().contains("revoked"), answer::body);
      assertFalse(tool.sleeps());
      assertEquals(List.of(), Installation.processesOf(Api.runId(answer)));
      assertEquals(List.of(), gateway.runDirectories());
      assertEquals(List.of("cancelled"), gateway.api.states());
      assertEquals(401, gateway.run("again").statusCode());
    }
  }

  @Test
  void a_run_that_is_cancelled_ends_at_once_and_says_so() throws Exception {
    SleepingTool tool = new SleepingTool();
    try (GatewayFixture gateway = GatewayFixture.start(temp, tool::answer)) {
      String run =
          gateway.api.detached(
              gateway.token, Map.of("prompt", "go", "tools", List.of("Bash"), "detach", true));
      tool.await();
      HttpResponse<String> cancelled =
          gateway.api.send(gateway.api.post("/runs/" + run + "/cancel", gateway.token, ""));

      assertEquals("{\"ok\":true,\"cancelled\":true}", cancelled.body());
      assertFalse(tool.sleeps());
      JsonNode row = gateway.api.ledgerRun(gateway.token, run);
      assertEquals("cancelled", row.path("state").asText());
      assertEquals("cancelled", row.path("stop_reason").asText());
      assertEquals(List.of(), gateway.runDirectories());
    }
  }

  @Test
  void refused_input_leaves_no_files() throws Exception {
    try (GatewayFixture gateway =
        GatewayFixture.start(
            temp,
            Script.always(ModelReply.text("never")),
            Map.of("CLAWDFORGE_MAX_PROMPT_BYTES", "1000", "CLAWDFORGE_MAX_UPLOAD_BYTES", "1000"))) {
      for (HttpRequest.Builder request : badRequests(gateway.api, gateway.token)) {
        HttpResponse<String> answer = gateway.api.send(request);
        int status = answer.statusCode();
        assertTrue(status >= 400 && status < 500, () -> status + " " + answer.body());
      }

      assertEquals(List.of(), gateway.api.states());
      assertEquals(List.of(), gateway.runDirectories());
      assertEquals(List.of(), Installation.entries(gateway.dataDir.resolve("files")));
      assertEquals(List.of(), gateway.model.requests());
    }
  }

  private static List<HttpRequest.Builder> badRequests(Api api, String token) {
    String file = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    return List.of(
        api.post("/run", token, "{\"prompt\":"),
        api.post("/run", token, "[]"),
        api.post("/run", token, "{}"),
        api.runRequest(token, Map.of("prompt", " ")),
        api.runRequest(token, Map.of("prompt", "x".repeat(1001))),
        api.runRequest(token, Map.of("prompt", "go", "timeout_secs", 3601)),
        api.runRequest(token, Map.of("prompt", "go", "model", "--help")),
        api.runRequest(token, Map.of("prompt", "go", "tools", List.of("--help"))),
        api.runRequest(token, Map.of("prompt", "go", "effort", "enormous")),
        api.runRequest(token, Map.of("prompt", "go", "max_budget_usd", 0)),
        api.runRequest(token, Map.of("prompt", "go", "json_schema", Map.of("type", "nonsense"))),
        api.runRequest(token, Map.of("prompt", "go", "files", List.of("ff_nobodys"))),
        api.runRequest(token, Map.of("prompt", "go", "on_disconnect", "cancel")),
        api.runRequest("cf_nobodys", Map.of("prompt", "go")),
        multipart(api, token, "no part at all"),
        multipart(api, token, file + "broken off"),
        multipart(api, token, file + "x".repeat(1001) + "\r\n--edge--\r\n"),
        multipart(api, token, file.replace("file", "other") + "a\r\n--edge--\r\n"));
  }

  private static HttpRequest.Builder multipart(Api api, String token, String body) {
    return api.to("/files", token)
        .header("Content-Type", "multipart/form-data; boundary=edge")
        .POST(BodyPublishers.ofString(body));
  }

  private static void assertProblem(int status, String code, HttpResponse<String> answer)
      throws Exception {
    assertEquals(status, answer.statusCode(), answer::body);
    JsonNode problem = Api.json(answer);
    assertEquals(code, problem.path("code").asText(), answer::body);
    assertFalse(problem.path("ok").asBoolean(true), answer::body);
  }
}

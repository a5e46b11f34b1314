package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.ServerProcess;
import com.clawdforge.http.kit.SleepingTool;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process: how it stops, and what it leaves behind. */
@Tag("agent")
@Timeout(180)
class GatewayProcessIT {
  @TempDir Path temp;

  private final CountDownLatch mayAnswer = new CountDownLatch(1);

  @Test
  void a_killed_server_leaves_no_process_and_loses_no_answered_work() throws Exception {
    SleepingTool tool = new SleepingTool();
    try (OfflineModel model = OfflineModel.start(request -> answer(request, tool))) {
      Map<String, String> environment = Installation.environment(temp, model);
      environment.put("CLAWDFORGE_MAX_CONCURRENT_RUNS", "2");
      environment.put("CLAWDFORGE_WARM_RUNS", "1");
      String token;
      HttpResponse<String> keyed;
      String kept;
      String withTool;
      String hanging;
      String waiting;
      try (ServerProcess server = ServerProcess.serve(temp, environment);
          Api api = new Api(server.port())) {
        token = api.mint("app");
        keyed = api.send(keyedRun(api, token));
        assertEquals(200, keyed.statusCode(), keyed::body);
        kept = api.detached(token, Map.of("prompt", "finish", "detach", true));
        awaitState(api, token, kept, "completed");
        withTool =
            api.detached(token, Map.of("prompt", "tool", "tools", List.of("Bash"), "detach", true));
        tool.await();
        hanging = api.detached(token, Map.of("prompt", "hang", "detach", true));
        model.awaitRequest(request -> request.lastUserText().equals("hang"), Api.PATIENCE);
        waiting = api.detached(token, Map.of("prompt", "finish", "detach", true));
        assertEquals("queued", api.ledgerRun(token, waiting).path("state").asText());

        server.kill();
      }
      assertTrue(tool.sleeps(), "what the server leaves behind");
      List<Path> left = Installation.entries(temp.resolve("data/runs"));
      assertNotEquals(List.of(), left);
      int asked = model.requests().size();

      try (ServerProcess server = ServerProcess.serve(temp, environment);
          Api api = new Api(server.port())) {
        assertFalse(tool.sleeps());
        assertEquals(List.of(), Installation.processesOf(withTool, hanging, waiting));
        // What was kept ready goes in the background, and the next is kept ready already.
        Installation.await(
            "all that was left is gone", () -> left.stream().noneMatch(Files::exists));
        String[] names = left.stream().map(path -> path.toFile().getName()).toArray(String[]::new);
        assertEquals(List.of(), Installation.processesOf(names));
        for (String run : List.of(withTool, hanging, waiting)) {
          JsonNode row = api.ledgerRun(token, run);
          assertEquals("interrupted", row.path("state").asText(), row::toString);
        }
        JsonNode finished = api.ledgerRun(token, kept);
        assertEquals("completed", finished.path("state").asText());
        assertEquals("{\"qty\":2}", finished.path("result").toString());
        HttpResponse<String> replayed = api.send(keyedRun(api, token));
        assertEquals("true", replayed.headers().firstValue("Idempotent-Replay").orElse("no"));
        assertEquals(keyed.body(), replayed.body());
        assertEquals(Api.runId(keyed), Api.runId(replayed));
        assertEquals(asked, model.requests().size(), "the model was not asked again");
      }
    }
  }

  @Test
  void a_stopping_server_lets_running_work_finish() throws Exception {
    try (OfflineModel model = OfflineModel.start(request -> answerLater())) {
      Map<String, String> environment = Installation.environment(temp, model);
      try (ServerProcess server = ServerProcess.serve(temp, environment);
          Api api = new Api(server.port())) {
        String token = api.mint("app");
        CompletableFuture<HttpResponse<String>> running =
            api.runAsync(token, Map.of("prompt", "slow"));
        model.awaitRequest(request -> true, Api.PATIENCE);

        server.terminate();

        // Refused in any case, so that it starts nothing before the server gets the signal.
        Installation.await(
            "new work is refused", () -> api.run(token, Map.of()).statusCode() == 503);
        HttpResponse<String> refused = api.run(token, Map.of("prompt", "late"));
        assertEquals("shutting_down", Api.json(refused).path("code").asText());
        assertTrue(refused.headers().firstValue("Retry-After").isPresent());
        assertFalse(running.isDone());
        mayAnswer.countDown();
        HttpResponse<String> answer = Api.soon(running);
        assertEquals(200, answer.statusCode(), answer::body);
        assertEquals("at last", Api.json(answer).path("result").asText());
        assertEquals(0, server.exitStatus(), server::outputOrWhyNot);
        assertEquals(1, model.requests().size());
      }
    }
  }

  @Test
  void a_stopping_server_cancels_work_that_takes_too_long() throws Exception {
    SleepingTool tool = new SleepingTool();
    try (OfflineModel model = OfflineModel.start(tool::answer)) {
      Map<String, String> environment = Installation.environment(temp, model);
      environment.put("CLAWDFORGE_DRAIN_SECS", "1");
      try (ServerProcess server = ServerProcess.serve(temp, environment);
          Api api = new Api(server.port())) {
        String token = api.mint("app");
        CompletableFuture<HttpResponse<String>> running =
            api.runAsync(token, Map.of("prompt", "go", "tools", List.of("Bash")));
        tool.await();

        server.terminate();

        HttpResponse<String> answer = Api.soon(running);
        assertEquals(503, answer.statusCode(), answer::body);
        assertEquals("shutting_down", Api.json(answer).path("code").asText());
        assertEquals(0, server.exitStatus(), server::outputOrWhyNot);
        assertFalse(tool.sleeps());
        assertEquals(List.of(), Installation.processesOf(Api.runId(answer)));
        assertEquals(List.of(), Installation.entries(temp.resolve("data/runs")));
      }
    }
  }

  @Test
  void a_second_server_on_the_same_data_is_refused_in_one_line() throws Exception {
    try (OfflineModel model = OfflineModel.start(request -> ModelReply.text("ok"))) {
      Map<String, String> environment = Installation.environment(temp, model);
      try (ServerProcess first = ServerProcess.serve(temp, environment);
          Api api = new Api(first.port());
          ServerProcess second = ServerProcess.serve(temp, environment)) {
        assertEquals(1, second.exitStatus());
        assertEquals(1, second.output().lines().count(), second::outputOrWhyNot);
        assertTrue(
            second.output().contains("clawdforge.db is in use by another clawdforge"),
            second::outputOrWhyNot);
        String token = api.mint("app");
        assertEquals(200, api.run(token, Map.of("prompt", "go")).statusCode(), "the first works");
      }
    }
  }

  private static HttpRequest.Builder keyedRun(Api api, String token) {
    return api.runRequest(token, Map.of("prompt", "finish")).header("Idempotency-Key", "order-66");
  }

  private static void awaitState(Api api, String token, String run, String state) throws Exception {
    Installation.await(state, () -> api.ledgerRun(token, run).path("state").asText().equals(state));
  }

  private static ModelReply answer(ModelRequest request, SleepingTool tool) {
    return switch (request.lastUserText()) {
      case "finish" -> ModelReply.text("{\"qty\":2}");
      case "hang" -> ModelReply.silent();
      default -> tool.answer(request);
    };
  }

  private ModelReply answerLater() {
    try {
      return ModelReply.text(
          mayAnswer.await(Api.PATIENCE.toSeconds(), TimeUnit.SECONDS) ? "at last" : "too late");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ModelReply.text("the test is over");
    }
  }
}

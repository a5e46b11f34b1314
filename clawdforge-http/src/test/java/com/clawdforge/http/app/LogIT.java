package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log of the server as its operator gets it; its claude is a shell script. */
@Timeout(120)
class LogIT {
  private static final JsonMapper JSON = new JsonMapper();
  // A pipe holds 64 KiB, and a line of the log more than 100 bytes.
  private static final int PIPE_LINES = 1_000;

  @TempDir Path temp;

  private Map<String, String> environment = Map.of();

  @BeforeEach
  void a_claude_that_fails() throws IOException {
    environment = Installation.environment(temp);
    Path claude = Installation.script(temp.resolve("claude"), "echo no luck >&2; exit 3");
    environment.put("CLAUDE_BIN", claude.toString());
    environment.put("ACPX_BIN", "/nowhere/acpx");
  }

  @Test
  void as_json_every_line_is_an_object_and_leads_from_request_to_run() throws Exception {
    environment.put("CLAWDFORGE_LOG_FORMAT", "json");
    String runId;
    String output;
    try (ServerProcess server = ServerProcess.serve(temp, environment);
        Api api = new Api(server.port())) {
      runId = Api.runId(failed(api, api.mint("diary"), "req-7"));
      output = ended(server);
    }

    List<JsonNode> lines = output.lines().map(LogIT::parsed).toList();
    JsonNode request =
        lines.stream().filter(line -> line.has("method") && asked(line)).findFirst().orElseThrow();
    assertEquals("/run", request.path("route").asText());
    assertEquals("diary", request.path("app").asText());
    assertEquals(502, request.path("status").asInt());
    JsonNode work = lines.stream().filter(line -> line.has("run")).findFirst().orElseThrow();
    assertEquals(runId, work.path("run").asText());
    assertEquals("req-7", work.path("request_id").asText());
    assertEquals("diary", work.path("app").asText());
    assertEquals("agent_failed", work.path("error").asText());
    assertEquals("WARN", work.path("log.level").asText().strip());
  }

  @Test
  void a_level_of_a_logger_is_heeded() throws Exception {
    environment.put("CLAWDFORGE_LOG_LEVEL", "info,com.clawdforge.http.requests=warn");
    try (ServerProcess server = ServerProcess.serve(temp, environment);
        Api api = new Api(server.port())) {
      failed(api, api.mint("diary"), "req-7");
      String output = ended(server);

      assertFalse(output.contains(" request\n"), output);
      assertTrue(output.contains("request_id=req-7 state=failed"), output);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void a_line_that_would_hold_a_secret_holds_it_masked(String format) throws Exception {
    environment.put("CLAWDFORGE_LOG_FORMAT", format);
    try (ServerProcess server = ServerProcess.serve(temp, environment);
        Api api = new Api(server.port())) {
      String token = api.mint("diary");
      List<String> secrets = List.of(token, Api.ADMIN, Installation.API_KEY);
      for (String secret : secrets) {
        // The log contains values that a caller chooses.
        failed(api, token, "id-" + secret);
      }
      String output = ended(server);

      for (String secret : secrets) {
        assertFalse(output.contains(secret), output);
      }
      assertTrue(output.contains("id-***") && output.contains("id-cf_***"), output);
    }
  }

  /** A terminal after Ctrl-S, or a collector that hangs, reads nothing and closes nothing. */
  @Test
  void nobody_who_reads_it_delays_neither_work_nor_the_end() throws Exception {
    Path pipe = temp.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Path claude = Installation.script(temp.resolve("claude"), "sleep 1; exit 3");
    environment.put("CLAUDE_BIN", claude.toString());
    environment.put("CLAWDFORGE_MAX_CONCURRENT_RUNS", "50");
    environment.put("CLAWDFORGE_LOG_LEVEL", "debug");
    List<String> wrapper = List.of("sh", "-c", "exec \"$@\" > '" + pipe + "' 2>&1", "sh");
    try (ServerProcess server = ServerProcess.start(temp, environment, wrapper, "serve");
        BufferedReader reader = Files.newBufferedReader(pipe);
        Api api = new Api(portIn(reader))) {
      String token = api.mint("diary");
      // These fill the pipe, whose reader stops here.
      for (int i = 0; i < PIPE_LINES; i++) {
        assertEquals(404, api.get("/nowhere", token).statusCode());
      }
      List<CompletableFuture<HttpResponse<String>>> runs =
          IntStream.range(0, 50).mapToObj(i -> api.runAsync(token, Map.of("prompt", "p"))).toList();
      for (CompletableFuture<HttpResponse<String>> run : runs) {
        assertEquals(502, run.get(60, TimeUnit.SECONDS).statusCode());
      }
      server.terminate();

      assertEquals(0, server.exitStatus());
    }
  }

  private static int portIn(BufferedReader log) throws IOException {
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher serves = ServerProcess.SERVES.matcher(line);
      if (serves.find()) {
        return Integer.parseInt(serves.group(1));
      }
    }
    throw new AssertionError("it ended");
  }

  private static boolean asked(JsonNode line) {
    return line.path("request_id").asText().equals("req-7");
  }

  private static HttpResponse<String> failed(Api api, String token, String requestId)
      throws Exception {
    HttpResponse<String> answer =
        api.send(api.runRequest(token, Map.of("prompt", "p")).header("X-Request-Id", requestId));
    assertEquals(502, answer.statusCode());
    return answer;
  }

  private static String ended(ServerProcess server) throws Exception {
    server.terminate();
    assertEquals(0, server.exitStatus(), server::outputOrWhyNot);
    return server.output();
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + line, e);
    }
  }
}

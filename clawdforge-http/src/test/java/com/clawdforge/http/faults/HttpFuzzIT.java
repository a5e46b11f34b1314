package com.clawdforge.http.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.AnswerCheck;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Requests that nobody should send, to every operation that the API's description has. */
@EnabledOnOs(OS.LINUX)
@Timeout(3600)
class HttpFuzzIT {
  private static final int CLIENTS = 4;
  private static final int MOST_SHOWN = 10;

  /** The agent's failures, and the server's own limits; none of them is a defect. */
  private static final Set<String> EXPECTED =
      Set.of("agent_output_invalid", "agent_failed", "agent_timeout", "at_capacity");

  @TempDir Path temp;

  private final Map<String, Integer> statuses = new ConcurrentSkipListMap<>();
  private final Queue<String> broken = new ConcurrentLinkedQueue<>();

  @Test
  void no_request_gets_an_answer_that_is_not_described_or_none() throws Exception {
    String mark = UUID.randomUUID().toString();
    Map<String, String> environment = Installation.environment(temp);
    environment.putAll(FaultyChild.settings(temp, mark, List.of()));
    environment.put("CLAWDFORGE_AGENTS", FaultyChild.AGENT);
    environment.put("CLAWDFORGE_MAX_PROMPT_BYTES", "100000");
    environment.put("CLAWDFORGE_MAX_UPLOAD_BYTES", "100000");
    environment.put("CLAWDFORGE_AGENT_IDLE_SECS", "5");
    long seed = Scale.seed("requests");
    int wanted = Scale.of("requests", 1200, 20_000);
    try (ServerProcess server = ServerProcess.serve(temp, environment)) {
      int port = server.port();
      String token;
      try (Api api = new Api(port)) {
        token = api.mint("app");
      }
      FuzzPool pool = new FuzzPool(token);

      long start = System.nanoTime();
      List<Future<?>> clients = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
        for (int i = 0; i < CLIENTS; i++) {
          Fuzzer fuzzer = new Fuzzer(new Random(seed + i), pool, i * 7);
          clients.add(threads.submit(() -> send(port, fuzzer, pool, wanted / CLIENTS)));
        }
        for (Future<?> client : clients) {
          client.get();
        }
      }
      report(wanted, System.nanoTime() - start);
      if (!broken.isEmpty()) {
        System.out.println(tail(server));
      }
      assertEquals("", String.join("\n\n", broken.stream().limit(MOST_SHOWN).toList()));
      try (Api api = new Api(port)) {
        assertEquals(200, api.get("/healthz", token).statusCode());
        assertTrue(api.get("/runs", token).body().contains("\"ok\":true"));
      }
    }
  }

  private void send(int port, Fuzzer fuzzer, FuzzPool pool, int times) {
    for (int i = 0; i < times; i++) {
      FuzzedRequest request = fuzzer.request();
      try {
        judge(request, RawExchange.of(port, request), pool);
      } catch (IOException | AssertionError | RuntimeException e) {
        broken.add(e + "\n" + request);
      }
    }
  }

  private void judge(FuzzedRequest request, RawExchange answer, FuzzPool pool) throws IOException {
    if (answer.status() == 0) {
      // The server closes a connection in which it cannot tell where the next request begins.
      count("none, closed");
      if (request.framed() && request.readable()) {
        throw new AssertionError("no answer: " + answer.body());
      }
      return;
    }
    count(Integer.toString(answer.status()));
    // Readiness is described like any other answer, and this server lacks acpx.
    boolean unready = answer.status() == 503 && answer.body().contains("\"checks\"");
    if (answer.status() >= 500 && answer.status() != 505 && !unready) {
      JsonNode problem = FuzzedJson.read(answer.body());
      if (!EXPECTED.contains(problem.path("code").asText())) {
        throw new AssertionError(answer.status() + " " + answer.body());
      }
    }
    if (answer.cut()) {
      return;
    }
    // Jetty answers a malformed request before it knows that it was a HEAD, and closes the
    // connection.
    boolean malformed = answer.status() == 400 && answer.body().contains("malformed_request");
    AnswerCheck.require(
        new AnswerCheck.Answer(
            malformed && request.method().equals("HEAD") ? "GET" : request.method(),
            request.path(),
            request.readable() && request.framed(),
            answer.status(),
            answer.headers(),
            answer.body()));
    if (answer.status() == 200 && answer.body().startsWith("{")) {
      pool.learn(FuzzedJson.read(answer.body()));
    }
  }

  private void count(String status) {
    statuses.merge(status, 1, Integer::sum);
  }

  private void report(int requests, long nanos) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d requests in %d s, by %d clients at once; %d answers were not as they should be."
            .formatted(requests, Duration.ofNanos(nanos).toSeconds(), CLIENTS, broken.size()));
    lines.add("");
    lines.add(Scale.row("status", "answers"));
    lines.add("|---|---|");
    new TreeMap<>(statuses).forEach((status, times) -> lines.add(Scale.row(status, times)));
    broken.forEach(what -> lines.add("\n" + what));
    Scale.report("requests", lines);
  }

  private static String tail(ServerProcess server) {
    String errors =
        String.join(
            "\n",
            server.outputOrWhyNot().lines().filter(line -> !line.contains(" INFO ")).toList());
    return errors.substring(Math.max(0, errors.length() - 8000));
  }
}

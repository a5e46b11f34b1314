package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.GatewayFixture;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole gateway under more load than its limits allow. */
@Tag("agent")
@Timeout(120)
class GatewayLoadIT {
  private static final int MANY = 20;
  private static final int PLACES = 2;

  @TempDir Path temp;

  private record Span(Instant start, Instant end) {
    static Span of(JsonNode run) {
      return new Span(
          Instant.parse(run.path("started_at").asText()),
          Instant.parse(run.path("ended_at").asText()));
    }

    boolean covers(Instant moment) {
      return !moment.isBefore(start) && moment.isBefore(end);
    }
  }

  @Test
  void many_at_once_are_all_answered_right_on_few_places() throws Exception {
    Script echo = request -> ModelReply.text("You said " + request.lastUserText());
    Map<String, String> environment =
        Map.of(
            "CLAWDFORGE_MAX_CONCURRENT_RUNS",
            Integer.toString(PLACES),
            "CLAWDFORGE_QUEUE_WAIT_SECS",
            "100");
    try (GatewayFixture gateway = GatewayFixture.start(temp, echo, environment)) {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        answers.add(
            gateway.api.runAsync(
                gateway.token, Map.of("prompt", "number " + i, "tools", List.of())));
      }
      for (int i = 0; i < MANY; i++) {
        HttpResponse<String> answer = Api.soon(answers.get(i));
        assertEquals(200, answer.statusCode(), answer::body);
        assertEquals("You said number " + i, Api.json(answer).path("result").asText());
      }

      List<Span> spans =
          Api.json(gateway.api.get("/runs?limit=200", gateway.token))
              .path("runs")
              .valueStream()
              .map(Span::of)
              .toList();
      assertEquals(MANY, spans.size());
      for (Span span : spans) {
        long atOnce = spans.stream().filter(other -> other.covers(span.start)).count();
        assertTrue(atOnce <= PLACES, spans::toString);
      }
      assertEquals(List.of(), gateway.runDirectories());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void a_run_that_got_no_place_is_answered_when_to_retry(int waitSecs) throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    Script slow = request -> ModelReply.text(inTime(mayAnswer) ? "at last" : "too late");
    Map<String, String> environment =
        Map.of(
            "CLAWDFORGE_MAX_CONCURRENT_RUNS",
            "1",
            "CLAWDFORGE_QUEUE_WAIT_SECS",
            Integer.toString(waitSecs));
    try (GatewayFixture gateway = GatewayFixture.start(temp, slow, environment)) {
      CompletableFuture<HttpResponse<String>> first =
          gateway.api.runAsync(gateway.token, Map.of("prompt", "the first"));
      gateway.model.awaitRequest(request -> true, Api.PATIENCE);

      HttpRequest.Builder keyed =
          gateway
              .api
              .runRequest(gateway.token, Map.of("prompt", "the second"))
              .header("Idempotency-Key", "key-1");
      long start = System.nanoTime();
      HttpResponse<String> refused = gateway.api.send(keyed);
      Duration waited = Duration.ofNanos(System.nanoTime() - start);

      assertEquals(503, refused.statusCode(), refused::body);
      assertEquals("at_capacity", Api.json(refused).path("code").asText());
      assertTrue(
          refused.headers().firstValueAsLong("Retry-After").orElse(0) > 0,
          () -> refused.headers().toString());
      assertTrue(waited.compareTo(Duration.ofSeconds(waitSecs)) >= 0, waited::toString);
      assertEquals(List.of("failed", "running"), gateway.api.states());

      mayAnswer.countDown();
      assertEquals("at last", Api.json(Api.soon(first)).path("result").asText());
      HttpResponse<String> again = gateway.api.send(keyed);
      assertEquals(200, again.statusCode(), again::body);
      assertTrue(again.headers().firstValue("Idempotent-Replay").isEmpty());
    }
  }

  private static boolean inTime(CountDownLatch latch) {
    try {
      return latch.await(Api.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

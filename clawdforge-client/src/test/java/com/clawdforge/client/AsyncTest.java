package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class AsyncTest {
  private static final String RUN_END =
      "event: run\ndata: {\"ok\":true,\"result\":{\"qty\":2},\"duration_ms\":12,"
          + "\"stop_reason\":\"end_turn\"}\n\n";
  private static final String TURN_END =
      "event: turn\ndata: {\"ok\":true,\"session_id\":\"s1\",\"turn_index\":2,"
          + "\"stop_reason\":\"end_turn\",\"duration_ms\":12}\n\n";
  private static final String CANCELLED = "{\"ok\":true,\"cancelled\":true}";

  private StubGateway gateway;
  private ForgeClient client;
  private final CountDownLatch over = new CountDownLatch(1);

  @BeforeEach
  void start() throws IOException {
    gateway = new StubGateway();
    client = gateway.client();
  }

  @AfterEach
  void stop() {
    over.countDown();
    client.close();
    gateway.close();
  }

  private static String line(int seq, String json) {
    return "event: claude\nid: " + seq + "\ndata: " + json + "\n\n";
  }

  private static String said(int seq, String text) {
    return "event: acp\nid: 2." + seq + "\ndata: " + SessionTest.chunk(text) + "\n\n";
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private static Throwable failure(CompletableFuture<?> future) {
    return Objects.requireNonNull(
        assertThrows(ExecutionException.class, () -> get(future)).getCause());
  }

  private void await(CountDownLatch latch) throws IOException {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private boolean isOver() throws IOException {
    try {
      return over.await(20, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void holdsOpen(StubGateway.Stream out, String text) throws IOException {
    out.write(text);
    await(over);
  }

  @Test
  void a_future_completes_with_the_result_of_its_run() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    gateway.streams(
        out -> {
          out.write(line(1, "{\"type\":\"system\"}"));
          await(asked);
          out.write(line(2, "{\"type\":\"result\",\"total_cost_usd\":0.0250}") + RUN_END);
        },
        "X-Clawdforge-Run-Id",
        "r1");

    CompletableFuture<RunResult> run = client.runAsync("How many?");
    assertFalse(run.isDone());
    asked.countDown();
    RunResult result = get(run);

    assertEquals(2, result.json().get("qty").intValue());
    assertEquals("end_turn", result.stopReason());
    assertEquals("r1", result.runId());
    assertEquals(new BigDecimal("0.0250"), result.costUsd());
    assertEquals("text/event-stream", gateway.requests().get(0).header("Accept"));
  }

  record Quantity(int qty) {}

  @Test
  void a_future_may_ask_for_a_record() throws Exception {
    gateway.streams(out -> out.write(RUN_END));

    assertEquals(new Quantity(2), get(client.runAsync(RunRequest.of("How many?"), Quantity.class)));
    assertTrue(gateway.requests().get(0).json().has("json_schema"));
  }

  @Test
  void a_run_whose_connection_breaks_is_joined_under_the_same_key() throws Exception {
    gateway.breaksOff();
    gateway.streams(out -> out.write(line(1, "{}")));
    gateway.answers(503, "{\"code\":\"shutting_down\"}");
    gateway.streams(out -> out.write(line(1, "{}") + line(2, "{}") + RUN_END));

    assertEquals("end_turn", get(client.runAsync("Hi")).stopReason());

    assertEquals(4, gateway.requests().size());
    assertEquals(
        1, gateway.requests().stream().map(a -> a.header("Idempotency-Key")).distinct().count());
  }

  @Test
  void a_future_of_a_turn_resumes_after_a_broken_connection() throws Exception {
    gateway.streams(out -> out.write(said(1, "Hel")));
    gateway.streams(out -> out.write(said(1, "Hel") + said(2, "lo") + TURN_END));

    TurnResult result = get(client.reattach("s1").turnAsync("Hi"));

    assertEquals("Hello", result.text());
    assertEquals(2, result.turnIndex());
    assertEquals("POST /sessions/s1/turn", gateway.requests().get(0).line());
    assertEquals("GET /sessions/s1/turns/2/events", gateway.requests().get(1).line());
    assertEquals("2.1", gateway.requests().get(1).header("Last-Event-ID"));
  }

  @Test
  void a_turn_without_events_is_followed_by_its_index() throws Exception {
    gateway.streams(out -> out.write(":\n\n"), "Content-Location", "/sessions/s1/turns/2/events");
    gateway.streams(out -> out.write(said(1, "Hello") + TURN_END));

    assertEquals("Hello", get(client.reattach("s1").turnAsync("Hi")).text());
    assertEquals("GET /sessions/s1/turns/2/events", gateway.requests().get(1).line());
    assertNull(gateway.requests().get(1).header("Last-Event-ID"));
  }

  @Test
  void a_future_fails_with_the_exception_of_the_error() {
    gateway.streams(
        out ->
            out.write(
                "event: error\ndata: {\"status\":504,\"code\":\"agent_timeout\",\"detail\":\"late\"}\n\n"));
    gateway.answers(401, "{\"code\":\"unauthenticated\",\"detail\":\"who?\"}");
    gateway.answers(200, "{}");

    assertInstanceOf(ForgeTimeoutException.class, failure(client.runAsync("Hi")));
    assertInstanceOf(ForgeAuthenticationException.class, failure(client.runAsync("Hi")));
    assertEquals(2, gateway.requests().size());
  }

  @Test
  void a_future_fails_after_too_many_broken_connections() {
    for (int i = 0; i < 20; i++) {
      gateway.streams(out -> out.write(":\n\n"));
    }

    assertInstanceOf(ForgeTransportException.class, failure(client.runAsync("Hi")));
    assertEquals(8, gateway.requests().size());
  }

  @Test
  void an_invalid_message_fails_the_future() {
    gateway.streams(out -> out.write("event: run\ndata: nonsense\n\n"));

    assertInstanceOf(ForgeTransportException.class, failure(client.runAsync("Hi")));
  }

  @Test
  void a_silent_connection_is_replaced() throws Exception {
    gateway.streams(out -> holdsOpen(out, line(1, "{}")));
    gateway.streams(out -> out.write(RUN_END));

    try (ForgeClient impatient = gateway.impatientClient()) {
      assertEquals("end_turn", get(impatient.runAsync(RunRequest.of("Hi"))).stopReason());
    }
    assertEquals(2, gateway.requests().size());
  }

  @Test
  void cancelling_the_future_cancels_the_run() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    gateway.streams(
        out -> {
          out.write(line(1, "{}"));
          begun.countDown();
          await(over);
        },
        "X-Clawdforge-Run-Id",
        "r1");
    gateway.answersAndSignals(cancelled, 200, CANCELLED);
    CompletableFuture<Quantity> run = client.runAsync(RunRequest.of("Hi"), Quantity.class);
    await(begun);

    assertTrue(run.cancel(true));

    await(cancelled);
    assertEquals("POST /runs/r1/cancel", gateway.requests().get(1).line());
  }

  @Test
  void a_run_cancelled_before_its_id_is_known_is_cancelled_later() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    gateway.streams(asked, go, out -> holdsOpen(out, line(1, "{}")), "X-Clawdforge-Run-Id", "r1");
    gateway.answersAndSignals(cancelled, 200, CANCELLED);
    CompletableFuture<RunResult> run = client.runAsync("Hi");
    await(asked);

    assertTrue(run.cancel(true));
    go.countDown();

    await(cancelled);
    assertEquals("POST /runs/r1/cancel", gateway.requests().get(1).line());
  }

  @Test
  void a_time_limit_on_the_future_cancels_the_turn() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    gateway.streams(
        out -> holdsOpen(out, said(1, "a")), "Content-Location", "/sessions/s1/turns/2/events");
    gateway.answersAndSignals(cancelled, 200, CANCELLED);

    CompletableFuture<TurnResult> turn =
        client.reattach("s1").turnAsync("Hi").orTimeout(300, TimeUnit.MILLISECONDS);

    assertInstanceOf(TimeoutException.class, failure(turn));
    await(cancelled);
    assertEquals("POST /sessions/s1/turns/2/cancel", gateway.requests().get(1).line());
  }

  @Test
  void dependents_of_futures_may_call_the_client_and_wait() throws Exception {
    int many = 20;
    for (int i = 0; i < 2 * many; i++) {
      gateway.handles(gateway.runOrStream(RUN_END));
    }
    List<CompletableFuture<RunResult>> chains =
        IntStream.range(0, many)
            .mapToObj(i -> client.runAsync("one").thenApply(first -> client.run("two")))
            .toList();

    for (CompletableFuture<RunResult> chain : chains) {
      assertEquals("end_turn", get(chain).stopReason());
    }
  }

  @Test
  void a_future_ends_with_its_deadline_despite_comments() throws Exception {
    gateway.streams(
        out -> {
          do {
            out.write(":\n\n");
          } while (!isOver());
        });
    RunRequest brief = RunRequest.builder().prompt("Hi").timeout(Duration.ofSeconds(1)).build();
    try (ForgeClient impatient = gateway.impatientClient()) {
      Throwable failure = failure(impatient.runAsync(brief));

      assertInstanceOf(ForgeTransportException.class, failure);
      assertNotEquals(0, gateway.requests().size());
    } finally {
      over.countDown();
    }
  }
}

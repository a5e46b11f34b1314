package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Futures of runs and turns that fail or are cancelled. */
@Timeout(30)
final class AsyncFailureTest {
  private static final String LINE = "event: claude\nid: 1\ndata: {}\n\n";
  private static final String CANCELLED = "{\"ok\":true,\"cancelled\":true}";
  private static final String FULL = "{\"code\":\"at_capacity\",\"detail\":\"full\"}";

  private final CountDownLatch over = new CountDownLatch(1);
  private StubGateway gateway;
  private ForgeClient client;

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

  record Quantity(int qty) {}

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS), "timed out");
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Throwable failure(CompletableFuture<?> future) {
    return Objects.requireNonNull(
        assertThrows(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS)).getCause());
  }

  private List<String> requestLines() {
    return gateway.requests().stream().map(StubGateway.Request::line).toList();
  }

  private void accepts() {
    gateway.streams(
        out -> {
          out.write(LINE);
          await(over);
        },
        "X-Clawdforge-Run-Id",
        "r1");
  }

  @Test
  void a_refusal_fails_the_future() {
    gateway.answers(503, FULL);

    Throwable refusal = failure(client.runAsync("Hi"));

    assertEquals("at_capacity", assertInstanceOf(ForgeApiException.class, refusal).code());
    assertEquals(1, gateway.requests().size());
  }

  @Test
  void an_unreachable_gateway_is_retried_before_the_future_fails() {
    gateway.close();

    assertInstanceOf(ForgeTransportException.class, failure(client.runAsync("Hi")));
    assertEquals(
        List.of(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(4)),
        gateway.pauses());
  }

  @Test
  void a_failure_of_the_agent_after_a_reconnect_fails_the_future() {
    gateway.streams(out -> out.write(LINE));
    gateway.answers(502, "{\"code\":\"agent_failed\",\"detail\":\"it failed\"}");

    assertInstanceOf(ForgeAgentException.class, failure(client.runAsync("Hi")));
    assertEquals(2, gateway.requests().size());
  }

  @Test
  void a_number_that_is_too_large_is_a_transport_failure() {
    gateway.streams(
        out -> out.write("event: turn\ndata: {\"turn_index\":3000000000,\"duration_ms\":1}\n\n"));

    assertInstanceOf(ForgeTransportException.class, failure(client.reattach("s1").turnAsync("Hi")));
  }

  @Test
  void completing_the_future_of_a_record_cancels_its_run() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    accepts();
    gateway.answersAndSignals(cancelled, 200, CANCELLED);

    CompletableFuture<Quantity> run =
        client
            .runAsync(RunRequest.of("Hi"), Quantity.class)
            .completeOnTimeout(new Quantity(0), 1, TimeUnit.MILLISECONDS);

    assertEquals(new Quantity(0), run.get());
    await(cancelled);
    assertEquals(List.of("POST /run", "POST /runs/r1/cancel"), requestLines());
  }

  @Test
  void a_run_cancelled_while_the_gateway_is_full_never_starts() throws Exception {
    CountDownLatch pausing = new CountDownLatch(1);
    CompletableFuture<Void> pause = new CompletableFuture<>();
    gateway.answers(503, FULL, "Retry-After", "5").pausesUntil(pausing, pause);
    accepts();
    CompletableFuture<RunResult> run = client.runAsync("Hi");
    await(pausing);

    assertTrue(run.cancel(true));
    pause.complete(null);
    client.close();

    assertEquals(List.of("POST /run"), requestLines());
  }

  @Test
  void a_cancelled_run_that_may_have_started_is_found_and_cancelled() throws Exception {
    CountDownLatch pausing = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    CompletableFuture<Void> pause = new CompletableFuture<>();
    gateway.breaksOff().pausesUntil(pausing, pause);
    accepts();
    gateway.answersAndSignals(cancelled, 200, CANCELLED);
    CompletableFuture<RunResult> run = client.runAsync("Hi");
    await(pausing);

    assertTrue(run.cancel(true));
    pause.complete(null);
    await(cancelled);

    assertEquals(List.of("POST /run", "POST /run", "POST /runs/r1/cancel"), requestLines());
  }

  @Test
  void a_turn_without_a_known_index_is_not_cancelled() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    gateway.streams(
        asked,
        go,
        out -> {
          out.write(":\n\n");
          await(over);
        });
    CompletableFuture<TurnResult> turn = client.reattach("s1").turnAsync("Hi");
    await(asked);

    assertTrue(turn.cancel(true));
    go.countDown();
    client.close();

    assertEquals(List.of("POST /sessions/s1/turn"), requestLines());
  }

  @Test
  @Timeout(10)
  void the_deadline_ends_a_connection_attempt() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    gateway.streams(out -> out.write(":\n\n"), "Content-Location", "/sessions/s1/turns/2/events");
    gateway.streams(asked, over, out -> {});
    TurnRequest brief = TurnRequest.builder().prompt("Hi").timeout(Duration.ofSeconds(1)).build();

    ForgeClient impatient = gateway.impatientClient();
    CompletableFuture<TurnResult> turn = impatient.reattach("s1").turnAsync(brief);
    assertInstanceOf(ForgeTransportException.class, failure(turn));
    await(asked);

    impatient.close();
  }
}

package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An app that blocks all threads of the JDK's common pool. */
@Timeout(30)
final class BusyAppTest {
  private static final String ANSWER =
      "{\"ok\":true,\"result\":\"two\",\"duration_ms\":1,\"stop_reason\":\"end_turn\"}";
  private static final String TURN_END =
      "event: turn\ndata: {\"turn_index\":2,\"stop_reason\":\"end_turn\",\"duration_ms\":12}\n\n";

  private final CountDownLatch idle = new CountDownLatch(1);
  private StubGateway gateway;
  private ForgeClient client;

  @BeforeEach
  void start() throws Exception {
    gateway = new StubGateway();
    client = gateway.client();
    Executor common = new CompletableFuture<Void>().defaultExecutor();
    if (common instanceof ForkJoinPool pool) {
      CountDownLatch busy = new CountDownLatch(pool.getParallelism());
      for (int i = 0; i < pool.getParallelism(); i++) {
        pool.execute(
            () -> {
              busy.countDown();
              awaitIdle();
            });
      }
      busy.await();
    }
  }

  private void awaitIdle() {
    try {
      idle.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    idle.countDown();
    client.close();
    gateway.close();
  }

  @Test
  void a_call_is_answered() {
    gateway.answers(200, ANSWER);

    assertEquals("two", client.run("How many?").asText());
  }

  @Test
  void a_refusal_is_retried_after_its_time() {
    gateway.answers(503, "{}", "Retry-After", "0").answers(200, ANSWER);
    try (ForgeClient patient =
        ForgeClient.builder().baseUrl(gateway.url()).token(StubGateway.TOKEN).build()) {
      assertEquals("two", patient.run("How many?").asText());
    }
  }

  @Test
  void a_stream_delivers_and_reconnects() {
    gateway.streams(out -> out.write(said(1, "Hel")));
    gateway.streams(out -> out.write(said(2, "lo") + TURN_END));

    try (TurnStream turn = client.reattach("s1").stream("Hi")) {
      assertEquals("Hello", turn.result().text());
    }
  }

  @Test
  void a_future_completes_as_soon_as_a_thread_is_free() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    gateway.streams(
        out -> {
          out.write("event: run\ndata: " + ANSWER + "\n\n");
          sent.countDown();
        });

    CompletableFuture<RunResult> run = client.runAsync("How many?");
    sent.await();
    idle.countDown();

    assertEquals("two", run.get(20, TimeUnit.SECONDS).asText());
  }

  private static String said(int seq, String text) throws IOException {
    return "event: acp\nid: 2." + seq + "\ndata: " + SessionTest.chunk(text) + "\n\n";
  }
}

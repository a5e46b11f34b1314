package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs, turns and streams of a client that is being closed. */
@Timeout(30)
final class ClosingTest {
  private static final String RUN_END =
      "event: run\ndata: {\"result\":\"two\",\"duration_ms\":12,\"stop_reason\":null}\n\n";
  private static final String LINE = "event: claude\nid: 1\ndata: {}\n\n";

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

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS), "timed out");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void an_open_stream_does_not_delay_closing_the_client() {
    gateway.streams(
        out -> {
          out.write(LINE);
          await(over);
        });
    RunStream forgotten = client.stream(RunRequest.of("Hi"));

    client.close();

    assertThrows(ForgeTransportException.class, forgotten::result);
    assertEquals(1, gateway.requests().size());
  }

  @Test
  void closing_the_client_fails_the_reader_of_a_stream() {
    gateway.streams(
        out -> {
          out.write(LINE);
          await(over);
        });
    try (RunStream run = client.stream(RunRequest.of("Hi"))) {
      Iterator<RunEvent> events = run.iterator();
      events.next();
      CompletableFuture<Void> closing =
          CompletableFuture.runAsync(client::close, work -> new Thread(work, "closer").start());

      assertThrows(ForgeTransportException.class, events::hasNext);
      closing.join();
    }
  }

  @Test
  void a_closed_client_takes_no_calls() {
    client.close();

    assertThrows(IllegalStateException.class, () -> client.run("Hi"));
    assertThrows(IllegalStateException.class, () -> client.runAsync("Hi"));
    assertThrows(IllegalStateException.class, () -> client.stream(RunRequest.of("Hi")));
    assertTrue(gateway.requests().isEmpty());
  }

  @Test
  @Timeout(10)
  void an_interrupted_call_does_not_delay_closing_the_client() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    gateway.streams(asked, over, out -> {});
    CompletableFuture<ForgeException> failure = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> failure.complete(assertThrows(ForgeException.class, () -> client.run("Hi"))),
            "caller");
    caller.start();
    await(asked);

    caller.interrupt();

    assertTrue(failure.get().getCause() instanceof InterruptedException);
    client.close();
    assertEquals(1, over.getCount());
  }

  @Test
  void a_client_may_be_closed_twice() {
    client.close();
    client.close();
  }

  @Test
  void closing_waits_for_the_runs_of_futures_and_reconnects_them() {
    gateway.streams(out -> out.write(LINE));
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    gateway.streams(asked, go, out -> out.write(LINE + RUN_END));
    CompletableFuture<RunResult> run = client.runAsync("Hi");
    await(asked);
    Thread closer = new Thread(client::close, "closer");
    closer.start();

    go.countDown();

    assertEquals("two", run.join().asText());
  }

  @Test
  void closing_cancels_a_run_that_was_cancelled_before_its_id_was_known() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    gateway.streams(
        asked,
        go,
        out -> {
          out.write(LINE);
          await(over);
        },
        "X-Clawdforge-Run-Id",
        "r1");
    gateway.answers(200, "{\"ok\":true,\"cancelled\":true}");
    CompletableFuture<RunResult> run = client.runAsync("Hi");
    await(asked);
    assertTrue(run.cancel(true));
    Thread closer = new Thread(client::close, "closer");
    closer.start();
    go.countDown();
    closer.join();

    assertEquals(
        List.of("POST /run", "POST /runs/r1/cancel"),
        gateway.requests().stream().map(StubGateway.Request::line).toList());
  }
}

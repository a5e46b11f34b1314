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

/** What becomes of work that is under way when its client is closed. */
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
      assertTrue(latch.await(20, TimeUnit.SECONDS), "waited in vain");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_stream_that_nobody_closed_does_not_hold_the_client_open() {
    gateway.streams(
        out -> {
          out.write(LINE);
          await(over);
        });
    RunStream forgotten = client.stream(RunRequest.of("Hi"));

    client.close();

    assertThrows(ForgeTransportException.class, forgotten::result);
    assertEquals(1, gateway.asked().size());
  }

  @Test
  void whoever_reads_a_stream_is_told_that_the_client_is_closed() {
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
    assertTrue(gateway.asked().isEmpty());
  }

  @Test
  @Timeout(10)
  void a_call_that_was_interrupted_does_not_hold_the_client_open() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    gateway.streams(asked, over, out -> {});
    CompletableFuture<ForgeException> told = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> told.complete(assertThrows(ForgeException.class, () -> client.run("Hi"))),
            "caller");
    caller.start();
    await(asked);

    caller.interrupt();

    assertTrue(told.get().getCause() instanceof InterruptedException);
    client.close();
    assertEquals(1, over.getCount());
  }

  @Test
  void a_client_may_be_closed_twice() {
    client.close();
    client.close();
  }

  @Test
  void closing_waits_for_what_futures_stand_for_and_mends_it() {
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
  void work_that_was_cancelled_before_it_had_a_name_is_cancelled_all_the_same() throws Exception {
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
        gateway.asked().stream().map(StubGateway.Asked::line).toList());
  }
}

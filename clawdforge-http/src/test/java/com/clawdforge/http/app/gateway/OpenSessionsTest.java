package com.clawdforge.http.app.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.error.StoreException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class OpenSessionsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void it_returns_the_ledgers_current_count() {
    AtomicInteger count = new AtomicInteger(3);
    OpenSessions open = new OpenSessions(count::get, LONG);

    assertEquals(3, open.now());
    count.set(4);
    assertEquals(4, open.now());
  }

  @Test
  void a_broken_ledger_leaves_the_last_count() {
    AtomicInteger asked = new AtomicInteger();
    OpenSessions open =
        new OpenSessions(
            () -> {
              if (asked.incrementAndGet() > 1) {
                throw new StoreException("the disk is full", null);
              }
              return 3;
            },
            LONG);

    assertEquals(3, open.now());
    assertEquals(3, open.now());
    assertEquals(2, asked.get());
  }

  @Test
  void a_ledger_that_hangs_is_asked_once_and_not_waited_for() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch hanging = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    OpenSessions open =
        new OpenSessions(
            () -> {
              asked.incrementAndGet();
              begun.countDown();
              try {
                hanging.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return 5;
            },
            Duration.ofMillis(20));

    assertEquals(0, open.now());
    // The query runs on its own thread, which may start later than the caller stops waiting.
    assertTrue(begun.await(LONG.toSeconds(), TimeUnit.SECONDS));
    assertEquals(0, open.now());
    assertEquals(1, asked.get());
    hanging.countDown();
    long deadline = System.nanoTime() + LONG.toNanos();
    while (open.now() != 5 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertEquals(5, open.now());
  }
}

package com.clawdforge.http.app.gateway;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many sessions are open, for {@code GET /healthz}: as many as the ledger says, or as it said
 * last when it is slow or broken.
 */
final class OpenSessions {
  private static final Logger log = LoggerFactory.getLogger(OpenSessions.class);
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private final IntSupplier ledger;
  private final Duration patience;
  private volatile int last;
  private @Nullable FutureTask<Integer> asked;

  OpenSessions(IntSupplier ledger) {
    this(ledger, PATIENCE);
  }

  OpenSessions(IntSupplier ledger, Duration patience) {
    this.ledger = ledger;
    this.patience = patience;
  }

  /** Returns within a moment, whatever the ledger does. */
  int now() {
    try {
      last = ask().get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException slow) {
      log.debug("the ledger is slow to count the open sessions");
    } catch (ExecutionException broken) {
      log.warn("the ledger cannot count the open sessions", broken.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return last;
  }

  // One question at a time, however many ask for the health of a server whose ledger hangs.
  private synchronized FutureTask<Integer> ask() {
    if (asked == null || asked.isDone()) {
      asked = new FutureTask<>(ledger::getAsInt);
      Thread.ofVirtual().name("open-sessions").start(asked);
    }
    return asked;
  }
}

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
 * The number of open sessions for {@code GET /healthz}: from the ledger, or its last answer if it
 * is slow or broken.
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

  /** Returns within 100 ms, even if the ledger hangs. */
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

  // At most one query at a time, so that requests to a hanging ledger do not pile up.
  private synchronized FutureTask<Integer> ask() {
    if (asked == null || asked.isDone()) {
      asked = new FutureTask<>(ledger::getAsInt);
      Thread.ofVirtual().name("open-sessions").start(asked);
    }
    return asked;
  }
}

package com.clawdforge.http.app.probe;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs checks periodically in the background, one after the other on one thread. Readers of the
 * results neither wait nor cause work.
 */
public final class PeriodicProbe implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeriodicProbe.class);
  private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ScheduledExecutorService thread;
  private final Duration afterFault;

  public PeriodicProbe(String name) {
    this(name, PAUSE_AFTER_FAULT);
  }

  /**
   * The same, with another pause.
   *
   * @param afterFault pause after a check that failed
   */
  public PeriodicProbe(String name, Duration afterFault) {
    this.afterFault = afterFault;
    thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
  }

  /**
   * Starts a check that is repeated until this is closed.
   *
   * @param check may block; is interrupted by {@link #close}
   * @param pause until the next check, by the result of this one
   */
  public <T> Probe<T> start(Supplier<T> check, Function<T, Duration> pause) {
    Probe<T> probe = new Probe<>();
    thread.execute(() -> check(probe, check, pause));
    return probe;
  }

  private <T> void check(Probe<T> probe, Supplier<T> check, Function<T, Duration> pause) {
    Duration next = afterFault;
    try {
      T value = check.get();
      probe.set(value);
      next = pause.apply(value);
    } catch (RuntimeException | Error e) {
      // The last result grows old, which shows that something is wrong.
      log.error("a background check failed", e);
    }
    try {
      var unused =
          thread.schedule(() -> check(probe, check, pause), next.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      log.trace("closed in the meantime");
    }
  }

  /** Interrupts the running check and waits up to 5 seconds for its end. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("a background check does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

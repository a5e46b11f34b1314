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
 * Looks at things again and again, one after the other on one thread, so that whoever wants to know
 * how they are neither waits nor costs anything.
 */
public final class Lookout implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lookout.class);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ScheduledExecutorService thread;
  private final Duration afterFault;

  public Lookout(String name) {
    this(name, AFTER_A_FAULT);
  }

  /**
   * The same, with another patience.
   *
   * @param afterFault until the next look after one that failed
   */
  public Lookout(String name, Duration afterFault) {
    this.afterFault = afterFault;
    thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
  }

  /**
   * Looks at something from now on.
   *
   * @param look may block; is interrupted when the lookout closes
   * @param pause until the next look, by what was seen
   */
  public <T> Sight<T> watch(Supplier<T> look, Function<T, Duration> pause) {
    Sight<T> sight = new Sight<>();
    thread.execute(() -> look(sight, look, pause));
    return sight;
  }

  private <T> void look(Sight<T> sight, Supplier<T> look, Function<T, Duration> pause) {
    Duration next = afterFault;
    try {
      T seen = look.get();
      sight.see(seen);
      next = pause.apply(seen);
    } catch (RuntimeException | Error e) {
      // The sight grows old, which tells that something is wrong.
      log.error("a look in the background failed", e);
    }
    try {
      var unused =
          thread.schedule(() -> look(sight, look, pause), next.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      log.trace("closed meanwhile");
    }
  }

  /** Ends the look that is under way, and waits for that within reason. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("a look in the background does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package com.clawdforge.client.internal.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The time limits and pauses of a client.
 *
 * @param connect for a connection
 * @param margin for an answer, in addition to the time that the work itself may take
 * @param plain for a call that runs no agent and sends no file
 * @param upload for a call that sends a file
 * @param silence without a byte in a stream; the gateway sends some every 10 seconds
 * @param retries the pauses between retries
 * @param jitter by how much to shorten those pauses
 * @param pause how to wait
 */
public record Timing(
    Duration connect,
    Duration margin,
    Duration plain,
    Duration upload,
    Duration silence,
    Backoff retries,
    Jitter jitter,
    Pause pause) {
  // The next step after a pause runs on these: the app may keep the common pool busy, and the JDK's
  // timer serves the whole app.
  private static final Executor AFTER_PAUSES = Threads.forConnections();

  /** What clients use outside of tests. */
  public static Timing standard(Backoff retries) {
    return new Timing(
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        Duration.ofSeconds(45),
        retries,
        Jitter.RANDOM,
        Timing::standardPause);
  }

  private static CompletableFuture<Void> standardPause(Duration duration) {
    return CompletableFuture.runAsync(
        () -> {},
        CompletableFuture.delayedExecutor(duration.toNanos(), TimeUnit.NANOSECONDS, AFTER_PAUSES));
  }

  public Timing with(Backoff other) {
    return new Timing(connect, margin, plain, upload, silence, other, jitter, pause);
  }

  /** Waits without blocking a thread. */
  @FunctionalInterface
  public interface Pause {
    /** Returns a future that completes after this time. */
    CompletableFuture<Void> take(Duration duration);
  }
}

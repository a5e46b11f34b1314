package com.clawdforge.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * How long the client waits for what.
 *
 * @param connect for a connection
 * @param margin for an answer, beyond what the call itself may take
 * @param plain for a call that runs no agent and sends no file
 * @param upload for a call that sends a file
 * @param silence for anything at all in a stream; the gateway says something every 15 seconds
 * @param retries how calls are sent again
 * @param jitter by how much the pauses before retries are shortened
 * @param pause how to wait
 */
record Timing(
    Duration connect,
    Duration margin,
    Duration plain,
    Duration upload,
    Duration silence,
    RetryPolicy retries,
    Jitter jitter,
    Pause pause) {
  static final Timing STANDARD =
      new Timing(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          Duration.ofSeconds(45),
          RetryPolicy.STANDARD,
          Jitter.RANDOM,
          pauseOn(Threads.forConnections()));

  // What comes after a pause goes on there: the common pool may be busy for as long as the app
  // likes, and the JDK's timer is there for the whole app.
  private static Pause pauseOn(Executor threads) {
    return duration ->
        CompletableFuture.runAsync(
            () -> {},
            CompletableFuture.delayedExecutor(duration.toNanos(), TimeUnit.NANOSECONDS, threads));
  }

  Timing with(RetryPolicy other) {
    return new Timing(connect, margin, plain, upload, silence, other, jitter, pause);
  }

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    /** Done when the time is over. */
    CompletableFuture<Void> take(Duration duration);
  }
}

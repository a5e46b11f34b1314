package com.clawdforge.client;

import java.time.Duration;

/**
 * How long the client waits for what.
 *
 * @param connect for a connection
 * @param margin for an answer, beyond what the call itself may take
 * @param plain for a call that runs no agent and sends no file
 * @param upload for a call that sends a file
 * @param silence for anything at all in a stream; the gateway says something every 15 seconds
 * @param firstRetry before the first retry after a failed connection; doubled for each more
 * @param longestRetryAfter what the gateway may ask for at most; beyond, the caller decides
 * @param pause how to wait
 */
record Timing(
    Duration connect,
    Duration margin,
    Duration plain,
    Duration upload,
    Duration silence,
    Duration firstRetry,
    Duration longestRetryAfter,
    Pause pause) {
  static final Timing STANDARD =
      new Timing(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofMinutes(10),
          Duration.ofSeconds(45),
          Duration.ofMillis(250),
          Duration.ofMinutes(1),
          duration -> Thread.sleep(duration.toMillis()));

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    void take(Duration duration) throws InterruptedException;
  }
}

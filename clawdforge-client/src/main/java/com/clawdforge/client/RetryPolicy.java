package com.clawdforge.client;

import com.clawdforge.client.internal.http.Backoff;
import java.time.Duration;

/**
 * How calls are retried where that is safe and may help: after a failed connection, and after a 429
 * or 503 that names a time to retry. Streams and futures of accepted work reconnect whatever the
 * policy is.
 *
 * @param maxRetries the most retries of a call; 0 for none
 * @param firstPause the pause before the first retry after a failed connection; each later one is
 *     twice as long, up to {@code longestPause}. Each is shortened at random, by up to half, so
 *     that the clients of a restarted gateway do not all return at once. A time that the gateway
 *     names is waited for exactly.
 * @param longestPause the longest time that the gateway may name; beyond it the call fails, and
 *     also if such times add up to more than the call itself may take
 */
public record RetryPolicy(int maxRetries, Duration firstPause, Duration longestPause) {
  /** Three retries, the first after 250 ms; waits up to a minute if the gateway asks for it. */
  public static final RetryPolicy STANDARD =
      new RetryPolicy(3, Duration.ofMillis(250), Duration.ofMinutes(1));

  /** No retries. */
  public static final RetryPolicy NEVER = new RetryPolicy(0, Duration.ZERO, Duration.ZERO);

  private static final int MOST_RETRIES = 20;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public RetryPolicy {
    if (maxRetries < 0 || maxRetries > MOST_RETRIES) {
      throw new IllegalArgumentException("maxRetries must be from 0 to " + MOST_RETRIES);
    }
    if (firstPause.isNegative() || longestPause.isNegative()) {
      throw new IllegalArgumentException("no pause may be negative");
    }
  }

  Backoff backoff() {
    return new Backoff(maxRetries, firstPause, longestPause);
  }
}

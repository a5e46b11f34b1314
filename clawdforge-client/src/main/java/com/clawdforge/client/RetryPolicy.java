package com.clawdforge.client;

import com.clawdforge.client.internal.http.Backoff;
import java.time.Duration;

/**
 * How often the same call is sent again where that is safe and may help: after a connection that
 * failed, and after a 429 or 503 that names a time to try again. The connections of streams and
 * futures that the gateway has taken in are mended whatever the policy is.
 *
 * @param maxRetries how often at most after the first try; 0 for never
 * @param firstPause before the first retry after a failed connection, doubled for each more up to
 *     {@code longestPause}; each is shortened by chance, by its half at most, so that the clients
 *     of a gateway that was away do not all come back at once. What the gateway asks to wait for is
 *     waited for.
 * @param longestPause what the gateway may ask to wait for at most; beyond it the refusal is given
 *     to the caller
 */
public record RetryPolicy(int maxRetries, Duration firstPause, Duration longestPause) {
  /** Three times, after 250 milliseconds at first; up to a minute if the gateway asks for it. */
  public static final RetryPolicy STANDARD =
      new RetryPolicy(3, Duration.ofMillis(250), Duration.ofMinutes(1));

  /** Every failure is given to the caller. */
  public static final RetryPolicy NEVER = new RetryPolicy(0, Duration.ZERO, Duration.ZERO);

  private static final int MOST_RETRIES = 20;

  /** Checks that nothing is negative. */
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

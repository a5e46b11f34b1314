package com.clawdforge.client.internal.stream;

import com.clawdforge.client.internal.CallException;
import com.clawdforge.client.internal.http.Jitter;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often, and for how long, a broken stream reconnects. The time that the app spends between two
 * events does not count.
 */
final class ReconnectBudget {
  // In a row, without a message in between; enough for a gateway to restart.
  private static final int MOST_TRIES = 8;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  // Some proxies cut every connection after a while, and a tool may be silent for longer.
  private static final Duration LASTING = Duration.ofSeconds(10);

  private final Duration limit;
  private final Jitter jitter;
  private final LongSupplier nanoTime;
  private long begun;
  private long paused;
  private int tries;

  /**
   * @param limit from now to the end of the work
   * @param jitter by how much the pauses are shortened
   */
  ReconnectBudget(Duration limit, Jitter jitter) {
    this(limit, jitter, System::nanoTime);
  }

  ReconnectBudget(Duration limit, Jitter jitter, LongSupplier nanoTime) {
    this.limit = limit;
    this.jitter = jitter;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
  }

  /** Stops the clock: the app has what it asked for. */
  void stopClock() {
    paused = nanoTime.getAsLong();
  }

  /** Restarts the clock after {@link #stopClock}: the app waits again. */
  void restartClock() {
    begun += nanoTime.getAsLong() - paused;
  }

  /** A message arrived. */
  void onMessage() {
    tries = 0;
  }

  /** The time that is left; negative when the limit has passed. */
  Duration left() {
    return limit.minusNanos(nanoTime.getAsLong() - begun);
  }

  /**
   * Returns the pause before the next connection.
   *
   * @param lasted how long the last connection delivered bytes; zero if there was none
   * @throws CallException if there is to be no next connection
   */
  Duration pauseAfter(Throwable lost, Duration lasted) {
    if (lasted.compareTo(LASTING) >= 0) {
      tries = 0;
    }
    tries++;
    if (tries == MOST_TRIES || left().isNegative()) {
      throw new CallException.Failed(
          "the stream broke: " + CallException.describe(lost) + "; its run or turn may go on",
          lost);
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << (tries - 1));
    return jitter.shorten(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
  }

  /** Whether a restarting gateway, or a proxy in front of it, may be the reason. */
  static boolean isTransient(Throwable e) {
    if (e instanceof CallException.Refused refusal) {
      int status = refusal.problem().status();
      return status > 501
          && status < 505
          && !refusal.problem().retryForbidden()
          && !refusal.problem().isAgentFailure();
    }
    return e instanceof CallException || e instanceof IOException;
  }
}

package com.clawdforge.client;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a stream that breaks is mended. The app's own time, between two things that it waits
 * for, does not count.
 */
final class Patience {
  // In a row, with nothing arriving in between: long enough for a gateway that is started anew.
  private static final int MOST_TRIES = 8;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  // Some proxies cut each connection after a time, and a tool may say nothing for longer.
  private static final Duration LASTING = Duration.ofSeconds(10);

  private final Duration limit;
  private final Jitter jitter;
  private final LongSupplier nanoTime;
  private long begun;
  private long rested;
  private int tries;

  /**
   * @param limit from now to the end of the work
   * @param jitter by how much the pauses are shortened
   */
  Patience(Duration limit, Jitter jitter) {
    this(limit, jitter, System::nanoTime);
  }

  Patience(Duration limit, Jitter jitter, LongSupplier nanoTime) {
    this.limit = limit;
    this.jitter = jitter;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
  }

  /** The app does not wait any more. */
  void rest() {
    rested = nanoTime.getAsLong();
  }

  /** After a {@link #rest} the app waits again. */
  void resume() {
    begun += nanoTime.getAsLong() - rested;
  }

  /** Something came. */
  void heard() {
    tries = 0;
  }

  /** What is left of the limit; negative when it has passed. */
  Duration left() {
    return limit.minusNanos(nanoTime.getAsLong() - begun);
  }

  /**
   * How long to wait before the next connection.
   *
   * @param lasted how long the last one gave something; zero if there was none
   * @throws ForgeTransportException if this one was the last
   */
  Duration pauseAfter(Throwable lost, Duration lasted) {
    if (lasted.compareTo(LASTING) >= 0) {
      tries = 0;
    }
    tries++;
    if (tries == MOST_TRIES || left().isNegative()) {
      throw new ForgeTransportException(
          "the stream broke: " + Repetition.words(lost) + "; what it told of may go on", lost);
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << (tries - 1));
    return jitter.shorten(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
  }

  /** Whether this may be a gateway that is being started anew, or a proxy in front of it. */
  static boolean mayPass(Throwable e) {
    if (e instanceof ForgeApiException answer) {
      return answer.status() > 501
          && answer.status() < 505
          && !answer.retryForbidden()
          && !(answer instanceof ForgeAgentException);
    }
    return e instanceof ForgeTransportException || e instanceof IOException;
  }
}

package com.clawdforge.client;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** How long a stream that breaks is mended, and how long a silent one is believed. */
final class Patience {
  // In a row, with nothing arriving in between: long enough for a gateway that is started anew.
  private static final int MOST_TRIES = 8;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Duration limit;
  private final long begun = System.nanoTime();
  private int tries;

  /**
   * @param limit from now to the end of the work
   */
  Patience(Duration limit) {
    this.limit = limit;
  }

  /** Something came. */
  void heard() {
    tries = 0;
  }

  /** What is left of the limit; negative when it has passed. */
  Duration left() {
    return limit.minusNanos(System.nanoTime() - begun);
  }

  /**
   * How long nothing at all may come.
   *
   * @throws HttpTimeoutException if the limit has passed
   */
  Duration silence(Timing timing) throws IOException {
    Duration left = left();
    if (left.isNegative()) {
      throw new HttpTimeoutException("no end within " + limit);
    }
    Duration silence = timing.silence();
    return left.compareTo(silence) < 0 ? left : silence;
  }

  /**
   * How long to wait before the next connection.
   *
   * @throws ForgeTransportException if this one was the last
   */
  Duration pauseAfter(Throwable lost) {
    tries++;
    if (tries == MOST_TRIES || left().isNegative()) {
      throw new ForgeTransportException(
          "the stream broke: " + Repetition.words(lost) + "; what it told of may go on", lost);
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << (tries - 1));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  /** Whether this may be a gateway that is being started anew, or a proxy in front of it. */
  static boolean mayPass(Throwable e) {
    return !(e instanceof ForgeApiException api)
        ? e instanceof ForgeTransportException || e instanceof IOException
        : api.status() > 501 && api.status() < 505;
  }
}

package com.clawdforge.client.internal.http;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Shortens each pause at random, by up to half, so that the clients of a restarted gateway do not
 * all return at the same moment.
 */
@FunctionalInterface
public interface Jitter {
  /** A new random number for each pause. */
  Jitter RANDOM = () -> ThreadLocalRandom.current().nextDouble();

  /** How much to take off: from 0, nothing, to 1, half of the pause. */
  double next();

  /** Shortens a pause. */
  default Duration shorten(Duration pause) {
    return pause.minusNanos((long) (pause.toNanos() / 2.0 * next()));
  }
}

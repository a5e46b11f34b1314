package com.clawdforge.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Shortens pauses by chance, each by its half at most, so that not all clients of a gateway that
 * was away come back to it at the same moments.
 */
@FunctionalInterface
interface Jitter {
  /** Another chance at each pause. */
  Jitter RANDOM = () -> ThreadLocalRandom.current().nextDouble();

  /** Where between nothing, which is 0, and half of the pause, which is 1. */
  double next();

  /** What is left of a pause. */
  default Duration shorten(Duration pause) {
    return pause.minusNanos((long) (pause.toNanos() / 2.0 * next()));
  }
}

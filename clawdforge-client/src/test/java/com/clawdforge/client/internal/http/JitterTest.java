package com.clawdforge.client.internal.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class JitterTest {
  private static final Duration PAUSE = Duration.ofMillis(250);

  @Test
  void a_pause_is_shortened_by_at_most_half() {
    Set<Duration> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      Duration left = Jitter.RANDOM.shorten(PAUSE);
      assertTrue(left.compareTo(PAUSE.dividedBy(2)) >= 0, left::toString);
      assertTrue(left.compareTo(PAUSE) <= 0, left::toString);
      seen.add(left);
    }
    assertTrue(seen.size() > 500, () -> "only " + seen.size() + " of 1000 differ");
  }

  @Test
  void a_pause_of_zero_stays_zero() {
    assertEquals(Duration.ZERO, Jitter.RANDOM.shorten(Duration.ZERO));
  }
}

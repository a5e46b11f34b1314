package com.clawdforge.client.internal.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  @Test
  void pauses_double_up_to_the_longest() {
    Backoff backoff = new Backoff(20, Duration.ofMillis(250), Duration.ofMinutes(1));

    assertEquals(Duration.ofMillis(500), backoff.pause(1));
    assertEquals(Duration.ofMinutes(1), backoff.pause(19));
  }

  @Test
  void the_first_pause_may_be_longer_than_the_longest() {
    Backoff backoff = new Backoff(5, Duration.ofSeconds(3), Duration.ZERO);

    assertEquals(Duration.ofSeconds(3), backoff.pause(4));
  }
}

package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PatienceTest {
  private final IOException lost = new IOException("lost");

  private long now;
  private double chance;
  private final Patience patience = new Patience(Duration.ofMinutes(2), () -> chance, () -> now);

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void what_the_app_does_between_two_events_takes_no_time() {
    patience.rest();
    pass(Duration.ofHours(1));
    patience.resume();
    pass(Duration.ofMinutes(1));
    patience.rest();

    assertEquals(Duration.ofMinutes(1), patience.left());
  }

  @Test
  void connections_that_break_at_once_are_mended_seven_times_in_a_row() {
    for (int i = 0; i < 7; i++) {
      assertFalse(patience.pauseAfter(lost, Duration.ZERO).isZero());
    }
    assertThrows(
        ForgeTransportException.class, () -> patience.pauseAfter(lost, Duration.ofSeconds(1)));
  }

  @Test
  void pauses_are_shortened_by_chance_and_by_their_half_at_most() {
    assertEquals(Duration.ofMillis(250), patience.pauseAfter(lost, Duration.ZERO));
    chance = 1;
    assertEquals(Duration.ofMillis(250), patience.pauseAfter(lost, Duration.ZERO));
    chance = 0.5;
    assertEquals(Duration.ofMillis(750), patience.pauseAfter(lost, Duration.ZERO));
  }

  @Test
  void connections_that_last_are_mended_as_long_as_there_is_time() {
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofSeconds(1));
      assertEquals(Duration.ofMillis(250), patience.pauseAfter(lost, Duration.ofSeconds(30)));
    }
    pass(Duration.ofSeconds(21));
    assertThrows(
        ForgeTransportException.class, () -> patience.pauseAfter(lost, Duration.ofSeconds(30)));
    assertTrue(patience.left().isNegative());
  }
}

package com.clawdforge.client.internal.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.client.internal.CallException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ReconnectBudgetTest {
  private final IOException lost = new IOException("lost");

  private long now;
  private double chance;
  private final ReconnectBudget budget =
      new ReconnectBudget(Duration.ofMinutes(2), () -> chance, () -> now);

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void time_between_events_does_not_count() {
    budget.stopClock();
    pass(Duration.ofHours(1));
    budget.restartClock();
    pass(Duration.ofMinutes(1));
    budget.stopClock();

    assertEquals(Duration.ofMinutes(1), budget.left());
  }

  @Test
  void a_stream_reconnects_seven_times_in_a_row() {
    for (int i = 0; i < 7; i++) {
      assertFalse(budget.pauseAfter(lost, Duration.ZERO).isZero());
    }
    assertThrows(CallException.class, () -> budget.pauseAfter(lost, Duration.ofSeconds(1)));
  }

  @Test
  void pauses_are_shortened_by_at_most_half() {
    assertEquals(Duration.ofMillis(250), budget.pauseAfter(lost, Duration.ZERO));
    chance = 1;
    assertEquals(Duration.ofMillis(250), budget.pauseAfter(lost, Duration.ZERO));
    chance = 0.5;
    assertEquals(Duration.ofMillis(750), budget.pauseAfter(lost, Duration.ZERO));
  }

  @Test
  void connections_that_last_do_not_use_up_the_tries() {
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofSeconds(1));
      assertEquals(Duration.ofMillis(250), budget.pauseAfter(lost, Duration.ofSeconds(30)));
    }
    pass(Duration.ofSeconds(21));
    assertThrows(CallException.class, () -> budget.pauseAfter(lost, Duration.ofSeconds(30)));
    assertTrue(budget.left().isNegative());
  }
}

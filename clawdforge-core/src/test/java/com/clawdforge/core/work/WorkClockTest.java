package com.clawdforge.core.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.clawdforge.core.MutableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class WorkClockTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678901234Z");
  private static final Instant SHOWN = Instant.parse("2026-01-02T03:04:05.678Z");

  private final MutableClock wall = new MutableClock(START);
  private final AtomicLong nanos = new AtomicLong();
  private final WorkClock clock = new WorkClock(wall, nanos::get);

  @Test
  void it_counts_and_does_not_follow_a_clock_that_is_only_adjusted() {
    wall.advance(Duration.ofMillis(99));
    assertEquals(SHOWN, clock.instant());

    nanos.addAndGet(1_500_000);
    assertEquals(SHOWN.plusMillis(2), clock.instant());
  }

  @Test
  void a_clock_that_was_set_is_followed_but_not_by_the_work_that_goes_on() {
    Clock work = WorkClock.countingFromNow(clock);

    wall.advance(Duration.ofDays(-3));

    assertEquals(SHOWN.minus(Duration.ofDays(3)), clock.instant());
    nanos.addAndGet(5_000_000);
    assertEquals(SHOWN.plusMillis(5), work.instant());
  }

  @Test
  void what_begins_while_nothing_is_set_has_one_counter() {
    assertSame(WorkClock.countingFromNow(clock), WorkClock.countingFromNow(clock));
  }

  @Test
  void another_clock_is_used_as_it_is() {
    assertSame(wall, WorkClock.countingFromNow(wall));
    assertEquals(SHOWN, WorkClock.inMillis(wall).instant());
  }
}

package com.clawdforge.core.work;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * The machine's clock, which somebody may set at any time, and clocks for single pieces of work,
 * which do not notice: each reads the time once and counts on from there. So a run took as long as
 * it took, even if the clock was set by days in the meantime. Safe for any thread.
 */
public final class WorkClock extends Clock {
  private final Clock wall;
  private final LongSupplier nanos;

  /**
   * @param nanos counts nanoseconds, whatever the clock does
   */
  public WorkClock(Clock wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
  }

  /** The clock of this machine, in UTC. */
  public static WorkClock system() {
    return new WorkClock(Clock.systemUTC(), System::nanoTime);
  }

  /** The same clock, in whole milliseconds, as the ledger keeps them. */
  public static Clock inMillis(Clock clock) {
    return clock instanceof WorkClock settable
        ? new WorkClock(inMillis(settable.wall), settable.nanos)
        : Clock.tick(clock, Duration.ofMillis(1));
  }

  /** A clock in milliseconds that counts from now on, if this one can be set; else this one. */
  public static Clock countingFromNow(Clock clock) {
    return clock instanceof WorkClock settable ? settable.counting() : clock;
  }

  private Clock counting() {
    Instant start = wall.instant();
    long startNanos = nanos.getAsLong();
    LongSupplier passed = () -> nanos.getAsLong() - startNanos;
    return new Counting(start, passed, wall.getZone());
  }

  @Override
  public Instant instant() {
    return wall.instant();
  }

  @Override
  public ZoneId getZone() {
    return wall.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new WorkClock(wall.withZone(zone), nanos);
  }

  private static final class Counting extends Clock {
    private final Instant start;
    private final LongSupplier passed;
    private final ZoneId zone;

    Counting(Instant start, LongSupplier passed, ZoneId zone) {
      this.start = start;
      this.passed = passed;
      this.zone = zone;
    }

    @Override
    public Instant instant() {
      return start.plus(Duration.ofNanos(passed.getAsLong())).truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public ZoneId getZone() {
      return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
      return new Counting(start, passed, other);
    }
  }
}

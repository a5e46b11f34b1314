package com.clawdforge.core.work;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * The time of this machine for pieces of work. Somebody may set the machine's clock at any time; a
 * piece of work does not notice, so that a run took as long as it took. Times that follow each
 * other come from one counter, and so are in order; the counter is set anew when the machine's
 * clock is elsewhere. Safe for any thread.
 */
public final class WorkClock extends Clock {
  /** A clock that is only adjusted is not that far from the counter. */
  private static final Duration SET = Duration.ofMillis(100);

  private final Clock wall;
  private final LongSupplier nanos;
  private volatile Counter counter;

  /**
   * @param nanos counts nanoseconds, whatever the clock does
   */
  public WorkClock(Clock wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
    this.counter = new Counter(wall.instant(), nanos, wall.getZone());
  }

  /** The clock of this machine, in UTC. */
  public static WorkClock system() {
    return new WorkClock(Clock.systemUTC(), System::nanoTime);
  }

  /** The same clock in whole milliseconds, as the ledger keeps them. */
  public static Clock inMillis(Clock clock) {
    return clock instanceof WorkClock ? clock : Clock.tick(clock, Duration.ofMillis(1));
  }

  /** A clock that goes on from now whatever is set, if this one can be set; else this one. */
  public static Clock countingFromNow(Clock clock) {
    return clock instanceof WorkClock settable ? settable.counter() : clock;
  }

  private Counter counter() {
    Counter used = counter;
    Instant now = wall.instant();
    if (Duration.between(used.exact(), now).abs().compareTo(SET) > 0) {
      used = new Counter(now, nanos, wall.getZone());
      counter = used;
    }
    return used;
  }

  /** The time now, in whole milliseconds. */
  @Override
  public Instant instant() {
    return counter().instant();
  }

  @Override
  public ZoneId getZone() {
    return wall.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new WorkClock(wall.withZone(zone), nanos);
  }

  private static final class Counter extends Clock {
    private final Instant start;
    private final LongSupplier nanos;
    private final long startNanos;
    private final ZoneId zone;

    Counter(Instant start, LongSupplier nanos, ZoneId zone) {
      this.start = start;
      this.nanos = nanos;
      this.startNanos = nanos.getAsLong();
      this.zone = zone;
    }

    Instant exact() {
      return start.plusNanos(nanos.getAsLong() - startNanos);
    }

    @Override
    public Instant instant() {
      return exact().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public ZoneId getZone() {
      return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
      return new Counter(exact(), nanos, other);
    }
  }
}

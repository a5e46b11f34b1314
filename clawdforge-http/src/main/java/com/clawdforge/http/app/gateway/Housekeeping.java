package com.clawdforge.http.app.gateway;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs periodic chores on one thread. A chore that fails is repeated at the next interval. */
final class Housekeeping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("housekeeping").factory());
  private final Duration interval;

  Housekeeping(Duration interval) {
    this.interval = interval;
  }

  void every(String chore, Runnable work) {
    var unused =
        thread.scheduleWithFixedDelay(
            () -> attempt(chore, work),
            interval.toMillis(),
            interval.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static void attempt(String chore, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      // An exception thrown from here would end the schedule.
      log.error("sweeping {} failed", chore, e);
    }
  }

  /** Waits for a running chore. */
  @Override
  public void close() {
    thread.close();
  }
}

package com.clawdforge.http.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;

/** Histograms and their bounds: few, because each bound is a time series per label. */
final class Buckets {
  private static final Duration[] FAST = millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000);
  private static final Duration[] REQUESTS =
      millis(5, 10, 50, 100, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000);
  private static final Duration[] WORK =
      millis(
          100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000,
          1_800_000);

  private Buckets() {}

  private static Duration[] millis(long... bounds) {
    return Arrays.stream(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }

  /** For disk operations. */
  static Timer fast(MeterRegistry registry, String name, String what) {
    return Timer.builder(name).description(what).serviceLevelObjectives(FAST).register(registry);
  }

  /** For requests: most take milliseconds, some wait for an agent. */
  static Timer requests(MeterRegistry registry, String name, String what, String... tags) {
    return Timer.builder(name)
        .description(what)
        .tags(tags)
        .serviceLevelObjectives(REQUESTS)
        .register(registry);
  }

  /** For agents' work. */
  static Timer work(MeterRegistry registry, String name, String what, String... tags) {
    return Timer.builder(name)
        .description(what)
        .tags(tags)
        .serviceLevelObjectives(WORK)
        .register(registry);
  }
}

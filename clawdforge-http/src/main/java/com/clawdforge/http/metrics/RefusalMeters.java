package com.clawdforge.http.metrics;

import com.clawdforge.core.error.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Counts what the limits of tokens refuse. Several of one registry count together. */
final class RefusalMeters {
  private static final List<ErrorCode> KNOWN =
      List.of(ErrorCode.RATE_LIMITED, ErrorCode.QUOTA_EXCEEDED, ErrorCode.BUDGET_EXHAUSTED);

  private final MeterRegistry registry;

  RefusalMeters(MeterRegistry registry) {
    this.registry = registry;
    // A rate needs the zero before the first refusal.
    KNOWN.forEach(this::counter);
  }

  private Counter counter(ErrorCode reason) {
    return Counter.builder("clawdforge.refusals")
        .description("Requests, and work that waited, beyond a limit of their token")
        .tag("reason", reason.wire())
        .register(registry);
  }

  void count(ErrorCode reason) {
    counter(reason).increment();
  }
}

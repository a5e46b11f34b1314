package com.clawdforge.core.agent;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Details with every part, for tests of what keeps or shows them. */
public final class SampleDetails {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123Z");

  public static final AgentDetails FULL =
      new AgentDetails(
          List.of(
              new ProviderRetry(529, "overloaded", Duration.ofMillis(1500)),
              new ProviderRetry(0, null, Duration.ZERO)),
          List.of("first \u20ac\ud83d\ude00 \"quoted\"\n", "second"),
          List.of(
              new AgentDetails.ModelUse(
                  "m-1", new Usage(1, 2, 3_000_000_000L, 4), new BigDecimal("0.000141")),
              new AgentDetails.ModelUse("m-2", new Usage(5, 6, 7, Long.MAX_VALUE), null)),
          "aborted",
          List.of(
              new ProviderLimit("five_hour", "allowed_warning", 0.1 + 0.2, T0),
              new ProviderLimit("seven_day", "allowed", null, null)),
          T0.plusSeconds(1));

  private SampleDetails() {}

  /** The same report with these details. */
  public static AgentReport in(AgentReport report) {
    return new AgentReport(
        report.model(), report.stopReason(), report.usage(), report.costUsd(), FULL);
  }
}

package com.clawdforge.http.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.model.AccountLimit;
import com.clawdforge.core.work.Load;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class StateMetersTest {
  private static final Instant RESET = Instant.parse("2026-03-01T12:00:00.900Z");

  private final List<AccountLimit> limits = new ArrayList<>();

  @Test
  void a_limit_has_its_used_share_and_the_time_of_its_reset() {
    limits.add(
        new AccountLimit(
            "api_key", new ProviderLimit("five_hour", "allowed_warning", 0.91, RESET)));
    limits.add(new AccountLimit("api_key", new ProviderLimit("seven_day", "allowed", null, null)));

    assertEquals(
        List.of(
            "clawdforge_provider_limit_resets_timestamp_seconds{account=\"api_key\",window=\"five_hour\"} 1.7723664E9",
            "clawdforge_provider_limit_utilization{account=\"api_key\",window=\"five_hour\"} 0.91"),
        scraped());
  }

  @Test
  void a_limit_that_rejects_is_used_up_whatever_share_is_known() {
    limits.add(new AccountLimit("api_key", new ProviderLimit("a", "rejected", null, null)));
    limits.add(new AccountLimit("api_key", new ProviderLimit("b", "rejected", 0.5, null)));
    limits.add(new AccountLimit("api_key", new ProviderLimit("c", "rejected", 1.25, null)));

    assertEquals(
        List.of(
            "clawdforge_provider_limit_utilization{account=\"api_key\",window=\"a\"} 1.0",
            "clawdforge_provider_limit_utilization{account=\"api_key\",window=\"b\"} 1.0",
            "clawdforge_provider_limit_utilization{account=\"api_key\",window=\"c\"} 1.25"),
        scraped());
  }

  @Test
  void a_limit_that_is_not_known_any_more_is_gone() {
    limits.add(new AccountLimit("api_key", new ProviderLimit("five_hour", "allowed", 0.5, RESET)));
    try (GatewayMetrics metrics = new GatewayMetrics("1", List.of(), () -> 0)) {
      metrics.show(this::state);
      assertTrue(metrics.scrape().contains("five_hour"));
      limits.clear();
      assertTrue(!metrics.scrape().contains("five_hour"));
    }
  }

  private List<String> scraped() {
    try (GatewayMetrics metrics = new GatewayMetrics("1", List.of(), () -> 0)) {
      metrics.show(this::state);
      return metrics
          .scrape()
          .lines()
          .filter(line -> line.startsWith("clawdforge_provider_"))
          .sorted()
          .toList();
    }
  }

  private GatewayState state() {
    Load idle = new Load(0, 0, 1);
    return new GatewayState(
        Map.of(),
        Optional.empty(),
        idle,
        idle,
        0,
        1,
        OptionalLong.empty(),
        Optional.empty(),
        limits);
  }
}

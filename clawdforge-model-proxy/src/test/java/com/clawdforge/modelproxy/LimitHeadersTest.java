package com.clawdforge.modelproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.model.AccountLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The limits of an account, as providers tell them. */
final class LimitHeadersTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant RESET = Instant.parse("2026-03-01T13:00:00Z");

  @Test
  void the_windows_of_a_subscription() {
    assertEquals(
        Set.of(
            new ProviderLimit("five_hour", "allowed_warning", 0.91, RESET),
            new ProviderLimit("seven_day", "allowed", 0.4, null)),
        limits(
            200,
            null,
            Map.of(
                "anthropic-ratelimit-unified-status", "allowed_warning",
                "anthropic-ratelimit-unified-5h-status", "allowed_warning",
                "anthropic-ratelimit-unified-5h-utilization", "0.91",
                "anthropic-ratelimit-unified-5h-reset", Long.toString(RESET.getEpochSecond()),
                "anthropic-ratelimit-unified-7d-utilization", "0.4")));
  }

  @Test
  void what_remains_of_the_counts_of_a_key() {
    assertEquals(
        Set.of(
            new ProviderLimit("requests", "rejected", 1.0, RESET),
            new ProviderLimit("input_tokens", "allowed", 0.25, null)),
        limits(
            200,
            null,
            Map.of(
                "anthropic-ratelimit-requests-limit", "50",
                "anthropic-ratelimit-requests-remaining", "0",
                "anthropic-ratelimit-requests-reset", "2026-03-01T13:00:00Z",
                "anthropic-ratelimit-input-tokens-limit", "1000",
                "anthropic-ratelimit-input-tokens-remaining", "750",
                "anthropic-ratelimit-output-tokens-limit", "1000")));
  }

  @Test
  void a_time_to_wait_counts_where_the_provider_refuses() {
    Duration wait = Duration.ofSeconds(7);
    ProviderLimit told = new ProviderLimit("retry_after", "rejected", null, NOW.plus(wait));

    assertEquals(Set.of(told), limits(429, wait, Map.of()));
    assertEquals(Set.of(told), limits(529, wait, Map.of()));
    assertEquals(Set.of(), limits(200, wait, Map.of()));
    assertEquals(Set.of(), limits(429, null, Map.of()));
  }

  @Test
  void what_is_no_number_and_no_time_is_not_known() {
    assertEquals(
        Set.of(new ProviderLimit("five_hour", "odd", null, null)),
        limits(
            200,
            null,
            Map.of(
                "anthropic-ratelimit-unified-5h-status", "odd",
                "anthropic-ratelimit-unified-5h-utilization", "NaN",
                "anthropic-ratelimit-unified-5h-reset", "1e300",
                "anthropic-ratelimit-tokens-limit", "0",
                "anthropic-ratelimit-tokens-remaining", "many")));
  }

  private static Set<ProviderLimit> limits(
      int status, @Nullable Duration retryAfter, Map<String, String> headers) {
    HttpFields.Mutable fields = HttpFields.build();
    headers.forEach(fields::put);
    List<AccountLimit> told = LimitHeaders.of("api_key", status, fields, retryAfter, NOW);
    told.forEach(limit -> assertEquals("api_key", limit.account()));
    return told.stream().map(AccountLimit::limit).collect(Collectors.toSet());
  }
}

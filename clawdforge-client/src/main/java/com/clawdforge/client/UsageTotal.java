package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a token, a model or a day has used.
 *
 * @param group which one, a day as {@code 2026-01-31} in UTC; null for a model that nobody named
 * @param runs how many runs there were
 * @param turns how many turns of sessions there were
 * @param costUsd the agents' own estimates in US dollars, or null if none was told
 */
public record UsageTotal(
    @Nullable String group, long runs, long turns, Usage usage, @Nullable BigDecimal costUsd) {
  /** What sums are told by. */
  public enum By {
    TOKEN,
    MODEL,
    DAY;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static UsageTotal of(By by, JsonNode total) {
    return new UsageTotal(
        Json.text(total, by.wire()),
        Json.requiredInteger(total, "runs"),
        Json.requiredInteger(total, "turns"),
        Objects.requireNonNull(Usage.of(total)),
        Json.decimal(total, "cost_usd"));
  }
}

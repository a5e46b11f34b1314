package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The usage of a token, of a model or on a day.
 *
 * @param group the token, the model, or the day in UTC such as {@code 2026-01-31}; null if the
 *     model is unknown
 * @param runs the number of runs
 * @param turns the number of turns
 * @param costUsd the agents' own estimates in US dollars, or null if there are none
 */
public record UsageTotal(
    @Nullable String group, long runs, long turns, Usage usage, @Nullable BigDecimal costUsd) {
  /** How usage is grouped. */
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

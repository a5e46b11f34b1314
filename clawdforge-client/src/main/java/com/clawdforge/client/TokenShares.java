package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How much of the gateway an app token may take; null stands for the gateway's default, and in
 * {@link TokenUsage} for no limit.
 *
 * @param maxConcurrent how many of its runs and turns run at once, together
 * @param maxSessions how many of its sessions are open at once
 * @param requestsPerMinute its requests, of any kind
 * @param dailyBudgetUsd what its work may cost in a day of UTC, in US dollars
 * @param monthlyBudgetUsd what its work may cost in a month of UTC, in US dollars
 * @param maxStorageBytes how large its uploads may be together
 */
public record TokenShares(
    @Nullable Integer maxConcurrent,
    @Nullable Integer maxSessions,
    @Nullable Integer requestsPerMinute,
    @Nullable BigDecimal dailyBudgetUsd,
    @Nullable BigDecimal monthlyBudgetUsd,
    @Nullable Long maxStorageBytes) {
  /** All defaults. */
  public static final TokenShares DEFAULTS = new TokenShares(null, null, null, null, null, null);

  static TokenShares of(JsonNode token) {
    Long concurrent = Json.integer(token, "max_concurrent");
    Long sessions = Json.integer(token, "max_sessions");
    Long requests = Json.integer(token, "requests_per_minute");
    return new TokenShares(
        concurrent == null ? null : concurrent.intValue(),
        sessions == null ? null : sessions.intValue(),
        requests == null ? null : requests.intValue(),
        Json.decimal(token, "daily_budget_usd"),
        Json.decimal(token, "monthly_budget_usd"),
        Json.integer(token, "max_storage_bytes"));
  }

  /** The change of a token's shares to all of these. */
  public ShareChange asChange() {
    return new ShareChange()
        .maxConcurrent(maxConcurrent)
        .maxSessions(maxSessions)
        .requestsPerMinute(requestsPerMinute)
        .dailyBudgetUsd(dailyBudgetUsd)
        .monthlyBudgetUsd(monthlyBudgetUsd)
        .maxStorageBytes(maxStorageBytes);
  }

  /** Writes those that are not null. */
  void writeTo(ObjectNode body) {
    asChange()
        .body()
        .properties()
        .forEach(
            share -> {
              if (!share.getValue().isNull()) {
                body.set(share.getKey(), share.getValue());
              }
            });
  }
}

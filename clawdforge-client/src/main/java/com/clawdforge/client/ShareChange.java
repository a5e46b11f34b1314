package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A change of an app token's {@link TokenShares}: what is not named here stays as it is, and null
 * takes a share back to the gateway's default. Not safe for several threads at once.
 */
public final class ShareChange {
  private final ObjectNode body = Json.object();

  /** A change that names nothing yet. */
  public ShareChange() {}

  public ShareChange maxConcurrent(@Nullable Integer most) {
    body.put("max_concurrent", most);
    return this;
  }

  public ShareChange maxSessions(@Nullable Integer most) {
    body.put("max_sessions", most);
    return this;
  }

  public ShareChange requestsPerMinute(@Nullable Integer most) {
    body.put("requests_per_minute", most);
    return this;
  }

  public ShareChange dailyBudgetUsd(@Nullable BigDecimal dollars) {
    body.put("daily_budget_usd", dollars);
    return this;
  }

  public ShareChange monthlyBudgetUsd(@Nullable BigDecimal dollars) {
    body.put("monthly_budget_usd", dollars);
    return this;
  }

  public ShareChange maxStorageBytes(@Nullable Long most) {
    body.put("max_storage_bytes", most);
    return this;
  }

  /** Whether it names nothing. */
  public boolean isEmpty() {
    return body.isEmpty();
  }

  ObjectNode body() {
    return body.deepCopy();
  }

  @Override
  public String toString() {
    return "ShareChange" + body;
  }
}

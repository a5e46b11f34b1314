package com.clawdforge.http.api.wire;

import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.http.web.body.Fields;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shares of a token; only those that it has. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SharesJson(
    @Nullable Integer maxConcurrent,
    @Nullable Integer maxSessions,
    @Nullable Integer requestsPerMinute,
    @Nullable BigDecimal dailyBudgetUsd,
    @Nullable BigDecimal monthlyBudgetUsd,
    @Nullable Long maxStorageBytes) {
  private static final String CONCURRENT = "max_concurrent";
  private static final String SESSIONS = "max_sessions";
  private static final String REQUESTS = "requests_per_minute";
  private static final String DAILY = "daily_budget_usd";
  private static final String MONTHLY = "monthly_budget_usd";
  private static final String STORAGE = "max_storage_bytes";

  /** The names of all shares. */
  public static final List<String> FIELDS =
      List.of(CONCURRENT, SESSIONS, REQUESTS, DAILY, MONTHLY, STORAGE);

  public static SharesJson of(TokenShares shares) {
    return new SharesJson(
        shares.maxConcurrent(),
        shares.maxSessions(),
        shares.requestsPerMinute(),
        shares.dailyBudgetUsd(),
        shares.monthlyBudgetUsd(),
        shares.maxStorageBytes());
  }

  /** Reads shares; those that the request does not have stay as they are. */
  public static TokenShares read(Fields fields, TokenShares before) {
    return new TokenShares(
        fields.has(CONCURRENT) ? fields.integer(CONCURRENT) : before.maxConcurrent(),
        fields.has(SESSIONS) ? fields.integer(SESSIONS) : before.maxSessions(),
        fields.has(REQUESTS) ? fields.integer(REQUESTS) : before.requestsPerMinute(),
        fields.has(DAILY) ? fields.number(DAILY) : before.dailyBudgetUsd(),
        fields.has(MONTHLY) ? fields.number(MONTHLY) : before.monthlyBudgetUsd(),
        fields.has(STORAGE) ? fields.bytes(STORAGE) : before.maxStorageBytes());
  }
}

package com.clawdforge.core.auth;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * How much of the server a token may take. Null stands for the server's default in what is stored,
 * and for no limit once the defaults are filled in.
 *
 * @param maxConcurrent how many of its runs and turns run at once, together; 1 to 1024
 * @param maxSessions how many of its sessions are open at once; 0 to 100,000
 * @param requestsPerMinute its requests, of any kind; 1 to 1,000,000
 * @param dailyBudgetUsd what its work may cost in a day of UTC; 0 to 1,000,000,000 US dollars, with
 *     at most six decimals
 * @param monthlyBudgetUsd what its work may cost in a month of UTC
 * @param maxStorageBytes how large its uploads may be together; 0 to 2^50
 */
public record TokenShares(
    @Nullable Integer maxConcurrent,
    @Nullable Integer maxSessions,
    @Nullable Integer requestsPerMinute,
    @Nullable BigDecimal dailyBudgetUsd,
    @Nullable BigDecimal monthlyBudgetUsd,
    @Nullable Long maxStorageBytes) {
  /** No limit, or all defaults. */
  public static final TokenShares NONE = new TokenShares(null, null, null, null, null, null);

  public static final int MOST_CONCURRENT = 1_024;
  public static final int MOST_SESSIONS = 100_000;
  public static final int MOST_REQUESTS = 1_000_000;
  public static final long MOST_USD = 1_000_000_000L;
  public static final long MOST_BYTES = 1L << 50;
  private static final int DECIMALS = 6;

  /** Amounts that are equal are equal here too, whatever their zeros. */
  public TokenShares {
    dailyBudgetUsd = plain(dailyBudgetUsd);
    monthlyBudgetUsd = plain(monthlyBudgetUsd);
  }

  private static @Nullable BigDecimal plain(@Nullable BigDecimal amount) {
    if (amount == null) {
      return null;
    }
    BigDecimal shortest = amount.stripTrailingZeros();
    return shortest.scale() < 0 ? shortest.setScale(0, RoundingMode.UNNECESSARY) : shortest;
  }

  /**
   * Checks every value.
   *
   * @throws Refusal {@link ErrorCode#INVALID_REQUEST} with the field
   */
  void check() {
    requireWithin("max_concurrent", maxConcurrent, 1, MOST_CONCURRENT);
    requireWithin("max_sessions", maxSessions, 0, MOST_SESSIONS);
    requireWithin("requests_per_minute", requestsPerMinute, 1, MOST_REQUESTS);
    requireAmount("daily_budget_usd", dailyBudgetUsd);
    requireAmount("monthly_budget_usd", monthlyBudgetUsd);
    requireWithin("max_storage_bytes", maxStorageBytes, 0, MOST_BYTES);
  }

  private static void requireWithin(String field, @Nullable Number value, long least, long most) {
    if (value != null && (value.longValue() < least || value.longValue() > most)) {
      throw Refusal.invalid(field, field + " must be from " + least + " to " + most);
    }
  }

  private static void requireAmount(String field, @Nullable BigDecimal value) {
    if (value != null
        && (value.signum() < 0
            || value.compareTo(BigDecimal.valueOf(MOST_USD)) > 0
            || value.scale() > DECIMALS)) {
      throw Refusal.invalid(
          field,
          field + " must be from 0 to " + MOST_USD + ", with at most " + DECIMALS + " decimals");
    }
  }

  /** These, with others in the place of those that are null. */
  public TokenShares or(TokenShares others) {
    return new TokenShares(
        maxConcurrent == null ? others.maxConcurrent : maxConcurrent,
        maxSessions == null ? others.maxSessions : maxSessions,
        requestsPerMinute == null ? others.requestsPerMinute : requestsPerMinute,
        dailyBudgetUsd == null ? others.dailyBudgetUsd : dailyBudgetUsd,
        monthlyBudgetUsd == null ? others.monthlyBudgetUsd : monthlyBudgetUsd,
        maxStorageBytes == null ? others.maxStorageBytes : maxStorageBytes);
  }

  /** Whether there is a budget. */
  public boolean hasBudget() {
    return dailyBudgetUsd != null || monthlyBudgetUsd != null;
  }
}

package com.clawdforge.sqlite;

import com.clawdforge.core.auth.TokenShares;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The columns of a token's shares; money is in billionths of a US dollar. */
final class SharesColumns {
  static final String NAMES =
      "max_concurrent, max_sessions, requests_per_minute, daily_budget_nano_usd,"
          + " monthly_budget_nano_usd, max_storage_bytes";

  private static final int NANO = 9;

  private SharesColumns() {}

  static Map<String, @Nullable Object> values(TokenShares shares) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("max_concurrent", shares.maxConcurrent());
    values.put("max_sessions", shares.maxSessions());
    values.put("requests_per_minute", shares.requestsPerMinute());
    values.put("daily_budget_nano_usd", nanos(shares.dailyBudgetUsd()));
    values.put("monthly_budget_nano_usd", nanos(shares.monthlyBudgetUsd()));
    values.put("max_storage_bytes", shares.maxStorageBytes());
    return values;
  }

  static TokenShares read(ResultSet row) throws SQLException {
    return new TokenShares(
        number(row, "max_concurrent"),
        number(row, "max_sessions"),
        number(row, "requests_per_minute"),
        dollars(row, "daily_budget_nano_usd"),
        dollars(row, "monthly_budget_nano_usd"),
        Rows.optionalLong(row, "max_storage_bytes"));
  }

  private static @Nullable Integer number(ResultSet row, String column) throws SQLException {
    @Nullable Long number = Rows.optionalLong(row, column);
    return number == null ? null : Math.toIntExact(number);
  }

  private static @Nullable BigDecimal dollars(ResultSet row, String column) throws SQLException {
    @Nullable Long nanos = Rows.optionalLong(row, column);
    return nanos == null ? null : BigDecimal.valueOf(nanos, NANO);
  }

  private static @Nullable Long nanos(@Nullable BigDecimal dollars) {
    return dollars == null ? null : dollars.movePointRight(NANO).longValueExact();
  }
}

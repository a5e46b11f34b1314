package com.clawdforge.sqlite;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.WorkError;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What rows of runs, of turns and of the trail have in common. */
final class WorkRow {
  private static final int NANO = 9;
  private static final BigDecimal MOST_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);

  private WorkRow() {}

  static Map<String, @Nullable Object> report(AgentReport report) {
    Map<String, @Nullable Object> values = usage(report.usage(), report.costUsd());
    values.put("answering_model", report.model());
    values.put("stop_reason", report.stopReason());
    return values;
  }

  static Map<String, @Nullable Object> usage(@Nullable Usage usage, @Nullable BigDecimal costUsd) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("input_tokens", usage == null ? null : usage.inputTokens());
    values.put("output_tokens", usage == null ? null : usage.outputTokens());
    values.put("cache_read_tokens", usage == null ? null : usage.cacheReadInputTokens());
    values.put("cache_write_tokens", usage == null ? null : usage.cacheCreationInputTokens());
    values.put("cost_nano_usd", nanos(costUsd));
    return values;
  }

  static Map<String, @Nullable Object> error(@Nullable WorkError error) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("error_code", error == null ? null : error.code().wire());
    values.put("error_detail", error == null ? null : error.detail());
    values.put("error_stderr_tail", error == null ? null : error.stderrTail());
    return values;
  }

  static AgentReport report(ResultSet row) throws SQLException {
    return new AgentReport(
        row.getString("answering_model"), row.getString("stop_reason"), usage(row), cost(row));
  }

  static @Nullable Usage usage(ResultSet row) throws SQLException {
    Long inputTokens = Rows.optionalLong(row, "input_tokens");
    return inputTokens == null
        ? null
        : new Usage(
            inputTokens,
            row.getLong("output_tokens"),
            row.getLong("cache_read_tokens"),
            row.getLong("cache_write_tokens"));
  }

  static @Nullable BigDecimal cost(ResultSet row) throws SQLException {
    Long nanos = Rows.optionalLong(row, "cost_nano_usd");
    return nanos == null ? null : dollars(nanos);
  }

  static @Nullable Usage sum(@Nullable Usage one, @Nullable Usage other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return new Usage(
        sum(one.inputTokens(), other.inputTokens()),
        sum(one.outputTokens(), other.outputTokens()),
        sum(one.cacheReadInputTokens(), other.cacheReadInputTokens()),
        sum(one.cacheCreationInputTokens(), other.cacheCreationInputTokens()));
  }

  static @Nullable BigDecimal sum(@Nullable BigDecimal one, @Nullable BigDecimal other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.add(other);
  }

  // Whatever an agent says must not keep its work from being recorded.
  private static long sum(long one, long other) {
    try {
      return Math.addExact(one, other);
    } catch (ArithmeticException tooMany) {
      return one < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  static @Nullable WorkError error(ResultSet row) throws SQLException {
    String code = row.getString("error_code");
    return code == null
        ? null
        : new WorkError(
            ErrorCode.ofWire(code),
            Rows.text(row, "error_detail"),
            Rows.text(row, "error_stderr_tail"));
  }

  // The number is an agent's estimate: whatever it says must not keep its work from being
  // recorded.
  private static @Nullable Long nanos(@Nullable BigDecimal dollars) {
    return dollars == null
        ? null
        : dollars
            .movePointRight(NANO)
            .max(BigDecimal.ZERO)
            .min(MOST_NANOS)
            .setScale(0, RoundingMode.HALF_UP)
            .longValueExact();
  }

  private static BigDecimal dollars(long nanos) {
    BigDecimal shortest = BigDecimal.valueOf(nanos, NANO).stripTrailingZeros();
    return shortest.scale() < 0 ? shortest.setScale(0, RoundingMode.UNNECESSARY) : shortest;
  }
}

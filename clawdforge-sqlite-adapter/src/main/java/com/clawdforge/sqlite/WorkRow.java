package com.clawdforge.sqlite;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.RecordedWork;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What rows of runs, turns and the trail have in common. */
final class WorkRow {
  private static final int NANO = 9;
  private static final BigDecimal MOST_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);

  private WorkRow() {}

  /** What never changes after the work was added, without its creation time. */
  static Map<String, @Nullable Object> fixed(RecordedWork work) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("token_id", work.tokenId());
    values.put("app_name", work.appName());
    values.put("prompt_bytes", work.promptBytes());
    values.put("files", work.files());
    values.put("request_id", work.requestId());
    return values;
  }

  static Map<String, @Nullable Object> progress(Progress progress) {
    Map<String, @Nullable Object> values = report(progress.report());
    values.putAll(error(progress.error()));
    values.put("details", DetailsJson.of(progress.report().details()));
    values.put("state", progress.state().wire());
    values.put("created_at", progress.createdAt().toEpochMilli());
    values.put("started_at", Rows.millis(progress.startedAt()));
    values.put("ended_at", Rows.millis(progress.endedAt()));
    return values;
  }

  static Progress progress(ResultSet row) throws SQLException {
    return new Progress(
        WorkState.ofWire(Rows.text(row, "state")),
        Rows.instant(row, "created_at"),
        Rows.optionalInstant(row, "started_at"),
        Rows.optionalInstant(row, "ended_at"),
        detailed(row),
        error(row));
  }

  private static AgentReport detailed(ResultSet row) throws SQLException {
    AgentReport report = report(row);
    return new AgentReport(
        report.model(),
        report.stopReason(),
        report.usage(),
        report.costUsd(),
        DetailsJson.details(row.getString("details")));
  }

  /** The columns of a report that every table of reports has: all but its details. */
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

  private static Map<String, @Nullable Object> error(@Nullable WorkError error) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("error_code", error == null ? null : error.code().wire());
    values.put("error_detail", error == null ? null : error.detail());
    values.put("error_stderr_tail", error == null ? null : error.stderrTail());
    values.put("error_field", error == null ? null : error.field());
    values.put("error_retry", error == null ? null : DetailsJson.of(error.retry()));
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
    return one.plus(other);
  }

  static @Nullable BigDecimal sum(@Nullable BigDecimal one, @Nullable BigDecimal other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.add(other);
  }

  private static @Nullable WorkError error(ResultSet row) throws SQLException {
    String code = row.getString("error_code");
    return code == null
        ? null
        : new WorkError(
            ErrorCode.ofWire(code),
            Rows.text(row, "error_detail"),
            Rows.text(row, "error_stderr_tail"),
            row.getString("error_field"),
            DetailsJson.advice(row.getString("error_retry")));
  }

  // The number is an agent's estimate and must not keep its work from being recorded.
  static @Nullable Long nanos(@Nullable BigDecimal dollars) {
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

package com.clawdforge.sqlite;

import com.clawdforge.core.run.Answer;
import com.clawdforge.core.run.KeptAnswer;
import com.clawdforge.core.run.Run;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** A run as a row of {@code runs}. */
final class RunRow {
  private static final String COLUMNS =
      """
      seq, id, token_id, app_name, state, model, created_at, started_at, ended_at,
      answering_model, stop_reason, input_tokens, output_tokens, cache_read_tokens,
      cache_write_tokens, cost_nano_usd, prompt_bytes, result_bytes, files, network,
      request_id, error_code, error_detail, error_stderr_tail, error_field, error_retry""";

  /** What a list shows: neither the answer nor the details, which lie behind it on the disk. */
  static final String LISTED = COLUMNS + ", NULL AS details";

  static final String WITH_ANSWER = COLUMNS + ", details, answer_is_json, answer_until, answer";

  private RunRow() {}

  static Map<String, @Nullable Object> fixed(Run run) {
    Map<String, @Nullable Object> values = WorkRow.fixed(run);
    values.put("id", run.id());
    values.put("model", run.model());
    values.put("network", NetworkColumn.value(run.network()));
    return values;
  }

  static Map<String, @Nullable Object> changing(Run run) {
    Map<String, @Nullable Object> values = answer(run.kept());
    values.putAll(WorkRow.progress(run.progress()));
    values.put("result_bytes", run.resultBytes());
    return values;
  }

  static Map<String, @Nullable Object> answer(@Nullable KeptAnswer kept) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("answer", kept == null ? null : kept.answer().text());
    values.put("answer_is_json", kept == null ? null : kept.answer().json());
    values.put("answer_until", kept == null ? null : kept.until().toEpochMilli());
    return values;
  }

  static Run withAnswer(ResultSet row) throws SQLException {
    String text = row.getString("answer");
    return run(
        row,
        text == null
            ? null
            : new KeptAnswer(
                new Answer(text, row.getBoolean("answer_is_json")),
                Rows.instant(row, "answer_until")));
  }

  static Run withoutAnswer(ResultSet row, StatementContext context) throws SQLException {
    return run(row, null);
  }

  private static Run run(ResultSet row, @Nullable KeptAnswer kept) throws SQLException {
    return new Run(
        Rows.text(row, "id"),
        Rows.text(row, "token_id"),
        Rows.text(row, "app_name"),
        Rows.text(row, "model"),
        row.getLong("prompt_bytes"),
        row.getInt("files"),
        NetworkColumn.read(row, "network"),
        Rows.text(row, "request_id"),
        WorkRow.progress(row),
        Rows.optionalLong(row, "result_bytes"),
        kept);
  }
}

package com.clawdforge.sqlite;

import com.clawdforge.core.session.Turn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** A turn as a row of {@code turns}. */
final class TurnRow {
  static final String SELECT =
      """
      SELECT sessions.id AS session_id, turns.seq AS turn, turns.turn_index AS seq, turns.token_id,
        turns.app_name, turns.state, turns.created_at, turns.started_at, turns.ended_at,
        turns.answering_model, turns.stop_reason, turns.input_tokens, turns.output_tokens,
        turns.cache_read_tokens, turns.cache_write_tokens, turns.cost_nano_usd,
        turns.context_lost, turns.prompt_bytes, turns.files, turns.request_id, turns.body_hash,
        turns.error_code, turns.error_detail, turns.error_stderr_tail, turns.error_field,
        turns.error_retry, turns.details
      """;

  private TurnRow() {}

  static Map<String, @Nullable Object> changing(Turn turn) {
    Map<String, @Nullable Object> values = WorkRow.progress(turn.progress());
    values.put("context_lost", turn.contextLost());
    return values;
  }

  static Turn turn(ResultSet row, StatementContext context) throws SQLException {
    return new Turn(
        Rows.text(row, "session_id"),
        Rows.text(row, "token_id"),
        Rows.text(row, "app_name"),
        row.getInt("seq"),
        row.getLong("prompt_bytes"),
        row.getInt("files"),
        Rows.text(row, "request_id"),
        WorkRow.progress(row),
        row.getBoolean("context_lost"));
  }
}

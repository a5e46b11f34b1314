package com.clawdforge.sqlite;

import com.clawdforge.core.session.Turn;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
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
        turns.error_code, turns.error_detail, turns.error_stderr_tail
      """;

  private TurnRow() {}

  /** What never changes after a turn was added. */
  static Map<String, @Nullable Object> fixed(Turn turn) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("token_id", turn.tokenId());
    values.put("app_name", turn.appName());
    values.put("created_at", turn.createdAt().toEpochMilli());
    values.put("prompt_bytes", turn.promptBytes());
    values.put("files", turn.files());
    values.put("request_id", turn.requestId());
    return values;
  }

  static Map<String, @Nullable Object> changing(Turn turn) {
    Map<String, @Nullable Object> values = WorkRow.report(turn.report());
    values.putAll(WorkRow.error(turn.error()));
    values.put("state", turn.state().wire());
    values.put("started_at", Rows.millis(turn.startedAt()));
    values.put("ended_at", Rows.millis(turn.endedAt()));
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
        new Progress(
            WorkState.ofWire(Rows.text(row, "state")),
            Rows.instant(row, "created_at"),
            Rows.optionalInstant(row, "started_at"),
            Rows.optionalInstant(row, "ended_at"),
            WorkRow.report(row),
            WorkRow.error(row)),
        row.getBoolean("context_lost"));
  }
}

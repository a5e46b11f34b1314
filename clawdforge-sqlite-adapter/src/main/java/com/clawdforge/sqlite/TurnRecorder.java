package com.clawdforge.sqlite;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnRecord;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Writes one batch of records within one transaction. Ended turns stay unchanged: a batch that is
 * written twice must neither revive nor count them twice.
 */
final class TurnRecorder {
  private static final String UNFINISHED = " WHERE seq = :turn AND state IN ('queued', 'running')";

  private final Handle handle;
  private final EventInserts events;

  private record Sums(@Nullable Usage usage, @Nullable BigDecimal costUsd) {}

  TurnRecorder(Handle handle, EventInserts events) {
    this.handle = handle;
    this.events = events;
  }

  void record(List<TurnRecord> records) throws SQLException {
    for (TurnRecord record : records) {
      switch (record) {
        case TurnRecord.Started started -> started(started.turn());
        case TurnRecord.PromptAccepted accepted -> promptAccepted(accepted);
        case TurnRecord.EventRecorded event ->
            events.add(event.sessionId(), event.index(), event.seq(), event.event());
        case TurnRecord.SentAfterwards event ->
            events.addAfterEnd(event.sessionId(), event.index(), event.seq(), event.event());
        case TurnRecord.Ended ended -> ended(ended.turn(), ended.forgetKey());
      }
    }
  }

  private void started(Turn turn) throws SQLException {
    Instant when = Objects.requireNonNull(turn.startedAt(), "a turn that started has a time");
    events
        .turn(turn.sessionId(), turn.index())
        .ifPresent(
            number ->
                handle
                    .createUpdate(
                        "UPDATE turns SET state = 'running', started_at = :when" + UNFINISHED)
                    .bind("turn", number)
                    .bind("when", when.toEpochMilli())
                    .execute());
  }

  private void promptAccepted(TurnRecord.PromptAccepted accepted) throws SQLException {
    OptionalLong turn = events.turn(accepted.sessionId(), accepted.index());
    if (turn.isEmpty()) {
      return;
    }
    int updated =
        handle
            .createUpdate("UPDATE turns SET context_lost = :lost" + UNFINISHED)
            .bind("turn", turn.getAsLong())
            .bind("lost", accepted.contextLost())
            .execute();
    if (updated > 0) {
      handle
          .createUpdate("UPDATE sessions SET conversation_id = :conversation WHERE id = :id")
          .bind("id", accepted.sessionId())
          .bind("conversation", accepted.conversationId())
          .execute();
    }
  }

  private void ended(Turn turn, boolean forgetKey) throws SQLException {
    Instant when = Objects.requireNonNull(turn.endedAt(), "a turn that ended has a time");
    OptionalLong number = events.turn(turn.sessionId(), turn.index());
    if (number.isEmpty() || !end(number.getAsLong(), turn)) {
      return;
    }
    if (forgetKey) {
      handle
          .createUpdate(
              "UPDATE turns SET idempotency_key = NULL, body_hash = NULL WHERE seq = :turn")
          .bind("turn", number.getAsLong())
          .execute();
    }
    count(turn, when);
    SqliteAuditTrail.ended(handle, turn, when);
  }

  private boolean end(long number, Turn turn) {
    int updated =
        handle
            .createUpdate(
                """
                UPDATE turns SET state = :state, started_at = :started_at, ended_at = :ended_at,
                  answering_model = :answering_model, stop_reason = :stop_reason,
                  input_tokens = :input_tokens, output_tokens = :output_tokens,
                  cache_read_tokens = :cache_read_tokens, cache_write_tokens = :cache_write_tokens,
                  cost_nano_usd = :cost_nano_usd, context_lost = :context_lost,
                  error_code = :error_code, error_detail = :error_detail,
                  error_stderr_tail = :error_stderr_tail, error_field = :error_field,
                  error_retry = :error_retry, details = :details"""
                    + UNFINISHED)
            .bind("turn", number)
            .bindMap(TurnRow.changing(turn))
            .execute();
    return updated > 0;
  }

  // Added here, because in SQLite a sum beyond 64 bits becomes a fraction, which a column of
  // integers refuses.
  private void count(Turn turn, Instant when) {
    AgentReport report = turn.report();
    Sums before =
        handle
            .createQuery(
                """
                SELECT input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
                  cost_nano_usd
                FROM sessions WHERE id = :id
                """)
            .bind("id", turn.sessionId())
            .map((row, context) -> new Sums(WorkRow.usage(row), WorkRow.cost(row)))
            .one();
    handle
        .createUpdate(
            """
            UPDATE sessions SET last_turn_at = max(coalesce(last_turn_at, :when), :when),
              input_tokens = :input_tokens, output_tokens = :output_tokens,
              cache_read_tokens = :cache_read_tokens, cache_write_tokens = :cache_write_tokens,
              cost_nano_usd = :cost_nano_usd
            WHERE id = :id
            """)
        .bind("id", turn.sessionId())
        .bind("when", when.toEpochMilli())
        .bindMap(
            WorkRow.usage(
                WorkRow.sum(before.usage(), report.usage()),
                WorkRow.sum(before.costUsd(), report.costUsd())))
        .execute();
  }
}

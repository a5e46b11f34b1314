package com.clawdforge.sqlite;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * Writes one batch of records within one transaction. Ended turns stay unchanged: a batch that is
 * written twice must neither revive nor count them twice.
 */
final class TurnRecorder {
  private static final String UNFINISHED = " WHERE seq = :turn AND state IN ('queued', 'running')";

  private final Handle handle;
  private final Map<Place, OptionalLong> turns = new HashMap<>();

  private record Place(String sessionId, int index) {}

  private record Sums(@Nullable Usage usage, @Nullable BigDecimal costUsd) {}

  TurnRecorder(Handle handle) {
    this.handle = handle;
  }

  void record(List<TurnRecord> records) {
    try (PreparedBatch events =
        handle.prepareBatch(
            "INSERT INTO turn_events (turn, seq, payload) VALUES (?, ?, ?)"
                + " ON CONFLICT (turn, seq) DO NOTHING")) {
      for (TurnRecord record : records) {
        switch (record) {
          case TurnRecord.Started started -> started(started.turn());
          case TurnRecord.PromptAccepted accepted -> promptAccepted(accepted);
          // Written together at the end: no other record depends on events.
          case TurnRecord.EventRecorded event -> add(events, event);
          case TurnRecord.Ended ended -> ended(ended.turn(), ended.forgetKey());
        }
      }
      if (events.size() > 0) {
        events.execute();
      }
    }
  }

  private void add(PreparedBatch events, TurnRecord.EventRecorded recorded) {
    turn(recorded.sessionId(), recorded.index())
        .ifPresent(turn -> events.add(turn, recorded.seq(), recorded.event().json()));
  }

  private void started(Turn turn) {
    Instant when = Objects.requireNonNull(turn.startedAt(), "a turn that started has a time");
    turn(turn.sessionId(), turn.index())
        .ifPresent(
            number ->
                handle
                    .createUpdate(
                        "UPDATE turns SET state = 'running', started_at = :when" + UNFINISHED)
                    .bind("turn", number)
                    .bind("when", when.toEpochMilli())
                    .execute());
  }

  private void promptAccepted(TurnRecord.PromptAccepted accepted) {
    OptionalLong turn = turn(accepted.sessionId(), accepted.index());
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

  private void ended(Turn turn, boolean forgetKey) {
    Instant when = Objects.requireNonNull(turn.endedAt(), "a turn that ended has a time");
    OptionalLong number = turn(turn.sessionId(), turn.index());
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

  private OptionalLong turn(String sessionId, int index) {
    return turns.computeIfAbsent(
        new Place(sessionId, index), place -> find(place.sessionId(), place.index()));
  }

  private OptionalLong find(String sessionId, int index) {
    Optional<Long> number =
        handle
            .createQuery(
                """
                SELECT turns.seq FROM sessions JOIN turns ON turns.session = sessions.seq
                WHERE sessions.id = :id AND turns.turn_index = :turn_index
                """)
            .bind("id", sessionId)
            .bind("turn_index", index)
            .mapTo(Long.class)
            .findOne();
    return number.map(OptionalLong::of).orElse(OptionalLong.empty());
  }
}

package com.clawdforge.sqlite;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnRecord;
import com.clawdforge.core.session.TurnStore;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.IdempotencyKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jspecify.annotations.Nullable;

/** Turns and their events in the tables {@code turns} and {@code turn_events}. */
final class SqliteTurnStore implements TurnStore {
  private static final String OF_SESSION =
      " FROM sessions JOIN turns ON turns.session = sessions.seq WHERE sessions.id = :session_id";
  private static final long PROMPT = 0;

  private final Database database;

  SqliteTurnStore(Database database) {
    this.database = database;
  }

  @Override
  public TurnAdded addTurn(
      Turn turn, @Nullable String prompt, @Nullable IdempotencyKey key, Instant keyedSince) {
    return database.write(handle -> add(handle, turn, prompt, key, keyedSince));
  }

  @Override
  public Optional<TurnAdded.Earlier> findTurn(String tokenId, String key, Instant keyedSince) {
    return database.read(handle -> find(handle, tokenId, key, keyedSince));
  }

  @Override
  public void record(List<TurnRecord> records) {
    database.write(
        handle -> {
          try (EventInserts events = EventInserts.prepare(handle.getConnection())) {
            new TurnRecorder(handle, events).record(records);
          }
          return records;
        });
    database.observer().recorded(records.size());
  }

  @Override
  public Optional<Turn> turn(String sessionId, int index) {
    return database.read(handle -> find(handle, sessionId, index));
  }

  @Override
  public Page<Turn> turns(String sessionId, PageRequest page) {
    return database.read(handle -> list(handle, sessionId, page));
  }

  @Override
  public List<AgentEvent> events(String sessionId, int index, long after, long maxBytes) {
    return database.read(handle -> events(handle, sessionId, index, after, maxBytes));
  }

  @Override
  public EventReader.Batch eventsAfterEnd(String sessionId, int index, long after, long maxBytes) {
    return database.read(handle -> eventsAfterEnd(handle, sessionId, index, after, maxBytes));
  }

  @Override
  public int interruptUnfinished(Instant when) {
    return database.write(handle -> interrupt(handle, when));
  }

  private static TurnAdded add(
      Handle handle,
      Turn turn,
      @Nullable String prompt,
      @Nullable IdempotencyKey key,
      Instant keyedSince) {
    if (key != null) {
      Optional<TurnAdded.Earlier> earlier = find(handle, turn.tokenId(), key.value(), keyedSince);
      if (earlier.isPresent()) {
        return earlier.get();
      }
    }
    Optional<Turn> numbered = nextIndex(handle, turn).map(turn::numbered);
    if (numbered.isEmpty()) {
      return new TurnAdded.Closed();
    }
    if (key != null) {
      Rows.forgetKey(handle, "turns", turn.tokenId(), key.value());
    }
    insert(handle, numbered.get(), key);
    if (prompt != null) {
      keep(handle, numbered.get(), prompt);
    }
    return new TurnAdded.Added(numbered.get());
  }

  private static Optional<TurnAdded.Earlier> find(
      Handle handle, String tokenId, String key, Instant keyedSince) {
    return handle
        .createQuery(
            TurnRow.SELECT
                + """
                FROM turns JOIN sessions ON sessions.seq = turns.session
                WHERE turns.token_id = :token_id AND turns.idempotency_key = :key
                  AND turns.created_at >= :since
                """)
        .bind("token_id", tokenId)
        .bind("key", key)
        .bind("since", keyedSince.toEpochMilli())
        .map(
            (row, context) ->
                new TurnAdded.Earlier(
                    TurnRow.turn(row, context),
                    new IdempotencyKey(key, Rows.text(row, "body_hash"))))
        .findOne();
  }

  private static Optional<Turn> find(Handle handle, String sessionId, int index) {
    return handle
        .createQuery(TurnRow.SELECT + OF_SESSION + " AND turns.turn_index = :turn_index")
        .bind("session_id", sessionId)
        .bind("turn_index", index)
        .map(TurnRow::turn)
        .findOne();
  }

  private static Page<Turn> list(Handle handle, String sessionId, PageRequest page) {
    return Rows.page(
        handle
            .createQuery(
                TurnRow.SELECT
                    + OF_SESSION
                    + " AND turns.turn_index < :after"
                    + " ORDER BY turns.turn_index DESC LIMIT :limit")
            .bind("session_id", sessionId),
        page,
        TurnRow::turn);
  }

  private static List<AgentEvent> events(
      Handle handle, String sessionId, int index, long after, long maxBytes) {
    String of = " AND turn_events.seq > :after ORDER BY turn_events.seq";
    return events(handle, sessionId, index, of, Math.max(after, PROMPT), maxBytes).stream()
        .map(Numbered::event)
        .toList();
  }

  // Their seqs are negative in the table, so that they are no events of the turn.
  private static EventReader.Batch eventsAfterEnd(
      Handle handle, String sessionId, int index, long after, long maxBytes) {
    String of = " AND turn_events.seq < :after ORDER BY turn_events.seq DESC";
    List<Numbered> found = events(handle, sessionId, index, of, -after, maxBytes);
    long before = found.isEmpty() ? after : -found.getFirst().seq() - 1;
    List<AgentEvent> events = new ArrayList<>();
    for (Numbered it : found) {
      if (-it.seq() != before + events.size() + 1) {
        break;
      }
      events.add(it.event());
    }
    return new EventReader.Batch(before, events, false);
  }

  private record Numbered(long seq, AgentEvent event) {}

  private static List<Numbered> events(
      Handle handle, String sessionId, int index, String of, long after, long maxBytes) {
    List<Numbered> events = new ArrayList<>();
    long bytes = 0;
    // SQLite reads rows lazily: what follows the slice is never read.
    try (ResultIterator<Numbered> rows =
        handle
            .createQuery(
                "SELECT turn_events.seq, turn_events.payload FROM sessions"
                    + " JOIN turns ON turns.session = sessions.seq"
                    + " JOIN turn_events ON turn_events.turn = turns.seq"
                    + " WHERE sessions.id = :session_id AND turns.turn_index = :turn_index"
                    + of)
            .bind("session_id", sessionId)
            .bind("turn_index", index)
            .bind("after", after)
            .map(
                (row, context) ->
                    new Numbered(row.getLong("seq"), new AgentEvent(row.getBytes("payload"))))
            .iterator()) {
      while (bytes < maxBytes && rows.hasNext()) {
        Numbered next = rows.next();
        events.add(next);
        bytes += next.event().json().length;
      }
    }
    return events;
  }

  private static int interrupt(Handle handle, Instant when) {
    List<Turn> unfinished =
        handle
            .createQuery(
                TurnRow.SELECT
                    + """
                    FROM turns JOIN sessions ON sessions.seq = turns.session
                    WHERE turns.state IN ('queued', 'running')
                    """)
            .map(TurnRow::turn)
            .list();
    unfinished.stream()
        .sorted(Comparator.comparing(Turn::sessionId).thenComparingInt(Turn::index))
        .forEach(turn -> SqliteAuditTrail.interrupted(handle, turn, when));
    for (String sessionId : unfinished.stream().map(Turn::sessionId).distinct().toList()) {
      used(handle, sessionId, when);
    }
    return handle
        .createUpdate(
            """
            UPDATE turns SET state = 'interrupted', ended_at = :when
            WHERE state IN ('queued', 'running')
            """)
        .bind("when", when.toEpochMilli())
        .execute();
  }

  private static void used(Handle handle, String sessionId, Instant when) {
    handle
        .createUpdate(
            """
            UPDATE sessions SET last_turn_at = max(coalesce(last_turn_at, :when), :when)
            WHERE id = :id
            """)
        .bind("id", sessionId)
        .bind("when", when.toEpochMilli())
        .execute();
  }

  private static Optional<Integer> nextIndex(Handle handle, Turn turn) {
    return handle
        .createQuery(
            """
            UPDATE sessions SET turn_count = turn_count + 1,
              last_turn_at = max(coalesce(last_turn_at, :when), :when)
            WHERE id = :id AND closed_at IS NULL RETURNING turn_count
            """)
        .bind("id", turn.sessionId())
        .bind("when", turn.createdAt().toEpochMilli())
        .mapTo(Integer.class)
        .findOne();
  }

  private static void insert(Handle handle, Turn turn, @Nullable IdempotencyKey key) {
    handle
        .createUpdate(
            """
            INSERT INTO turns (
              session, turn_index, token_id, app_name, state, created_at, started_at, ended_at,
              answering_model, stop_reason, input_tokens, output_tokens, cache_read_tokens,
              cache_write_tokens, cost_nano_usd, context_lost, prompt_bytes, files, request_id,
              idempotency_key, body_hash, error_code, error_detail, error_stderr_tail,
              error_field, error_retry, details)
            VALUES (
              (SELECT seq FROM sessions WHERE id = :session_id), :turn_index, :token_id, :app_name,
              :state, :created_at, :started_at, :ended_at, :answering_model, :stop_reason,
              :input_tokens, :output_tokens, :cache_read_tokens, :cache_write_tokens,
              :cost_nano_usd, :context_lost, :prompt_bytes, :files, :request_id,
              :idempotency_key, :body_hash, :error_code, :error_detail, :error_stderr_tail,
              :error_field, :error_retry, :details)
            """)
        .bind("session_id", turn.sessionId())
        .bind("turn_index", turn.index())
        .bindMap(WorkRow.fixed(turn))
        .bindMap(TurnRow.changing(turn))
        .bindMap(Rows.key(key))
        .execute();
  }

  private static void keep(Handle handle, Turn turn, String prompt) {
    handle
        .createUpdate(
            "INSERT INTO turn_events (turn, seq, payload) SELECT turns.seq, :seq, :payload"
                + OF_SESSION
                + " AND turns.turn_index = :turn_index")
        .bind("session_id", turn.sessionId())
        .bind("turn_index", turn.index())
        .bind("seq", PROMPT)
        .bind("payload", prompt.getBytes(StandardCharsets.UTF_8))
        .execute();
  }
}

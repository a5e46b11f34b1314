package com.clawdforge.sqlite;

import com.clawdforge.core.session.SessionEvent.Kind;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;

/**
 * One step of the deletion of old sessions: one transaction with so few rows and bytes that other
 * writers need not wait long. A large event has hundreds of pages, and SQLite reads each one to
 * free it.
 */
final class SessionDeletion {
  private static final int MOST_ROWS = 200;
  private static final long MOST_BYTES = 4L << 20;

  private final Handle handle;
  private int rows = MOST_ROWS;
  private long bytes = MOST_BYTES;

  private record Old(long number, String id) {}

  private record Event(long seq, long bytes) {}

  SessionDeletion(Handle handle) {
    this.handle = handle;
  }

  /** Deletes some rows and returns whether any are left. */
  boolean step(Instant closedBefore, Instant when) {
    Optional<Old> old = oldest(closedBefore);
    while (old.isPresent() && emptied(old.get().number())) {
      delete(old.get(), when);
      old = oldest(closedBefore);
    }
    return old.isPresent();
  }

  private Optional<Old> oldest(Instant closedBefore) {
    return handle
        .createQuery(
            """
            SELECT seq, id FROM sessions WHERE released = 1 AND closed_at < :time
            ORDER BY closed_at LIMIT 1
            """)
        .bind("time", closedBefore.toEpochMilli())
        .map((row, context) -> new Old(row.getLong("seq"), Rows.text(row, "id")))
        .findOne();
  }

  private boolean emptied(long session) {
    while (spare()) {
      Optional<Long> turn =
          handle
              .createQuery(
                  "SELECT seq FROM turns WHERE session = :session ORDER BY turn_index LIMIT 1")
              .bind("session", session)
              .mapTo(Long.class)
              .findOne();
      if (turn.isEmpty()) {
        return true;
      }
      deleteEvents(turn.get());
      if (!spare()) {
        return false;
      }
      rows -= delete("DELETE FROM turns WHERE seq = :number", turn.get());
    }
    return false;
  }

  private void deleteEvents(long turn) {
    OptionalLong last = OptionalLong.empty();
    // The header of a row holds the length of the payload: this reads no payload.
    try (ResultIterator<Event> events =
        handle
            .createQuery(
                """
                SELECT seq, length(payload) AS bytes FROM turn_events WHERE turn = :turn
                ORDER BY seq
                """)
            .bind("turn", turn)
            .map((row, context) -> new Event(row.getLong("seq"), row.getLong("bytes")))
            .iterator()) {
      while (spare() && events.hasNext()) {
        Event event = events.next();
        last = OptionalLong.of(event.seq());
        rows--;
        bytes -= event.bytes();
      }
    }
    if (last.isPresent()) {
      handle
          .createUpdate("DELETE FROM turn_events WHERE turn = :turn AND seq <= :last")
          .bind("turn", turn)
          .bind("last", last.getAsLong())
          .execute();
    }
  }

  private void delete(Old old, Instant when) {
    SqliteAuditTrail.note(handle, old.id(), Kind.HARD_DELETE, when);
    rows -= delete("DELETE FROM sessions WHERE seq = :number", old.number());
  }

  private int delete(String sql, long number) {
    return handle.createUpdate(sql).bind("number", number).execute();
  }

  private boolean spare() {
    return rows > 0 && bytes > 0;
  }
}

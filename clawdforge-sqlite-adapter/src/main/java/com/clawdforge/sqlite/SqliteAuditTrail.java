package com.clawdforge.sqlite;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.session.AuditTrail;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.SessionEvent;
import com.clawdforge.core.session.SessionEvent.Kind;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The table {@code session_events}; other stores write to it inside their own transactions. */
final class SqliteAuditTrail implements AuditTrail {
  private static final int MOST_DELETED_AT_ONCE = 200;

  private final Database database;

  SqliteAuditTrail(Database database) {
    this.database = database;
  }

  @Override
  public void note(SessionEvent event) {
    database.write(handle -> note(handle, event));
  }

  @Override
  public List<SessionEvent> trail(String sessionId) {
    return database.read(handle -> list(handle, sessionId));
  }

  @Override
  public boolean deleteBefore(Instant time) {
    return database.write(handle -> deleteBefore(handle, time));
  }

  /** Notes what happened to a session, if it exists. */
  static void note(Handle handle, String sessionId, Kind kind, Instant at) {
    handle
        .createUpdate(
            """
            INSERT INTO session_events (session_id, token_id, app_name, kind, at, asked_model)
            SELECT id, token_id, app_name, :kind, :at, model FROM sessions WHERE id = :id
            """)
        .bind("id", sessionId)
        .bind("kind", kind.wire())
        .bind("at", at.toEpochMilli())
        .execute();
  }

  static void ended(Handle handle, Turn turn, Instant at) {
    note(handle, event(turn, Kind.TURN, at, turn.state(), turn.report()));
  }

  static void interrupted(Handle handle, Turn turn, Instant at) {
    note(handle, event(turn, Kind.INTERRUPT, at, null, AgentReport.NONE));
  }

  /**
   * Notes what a session spent between turns and adds it to the session's cost, if the session
   * exists.
   */
  static int background(Handle handle, String sessionId, BigDecimal costUsd, Instant at)
      throws SQLException {
    Optional<Session> session =
        Rows.find(handle, SessionRow.SELECT, null, sessionId, SessionRow::read);
    if (session.isEmpty()) {
      return 0;
    }
    Session spender = session.get();
    handle
        .createUpdate("UPDATE sessions SET cost_nano_usd = :cost_nano_usd WHERE id = :id")
        .bind("id", sessionId)
        .bindMap(WorkRow.usage(null, WorkRow.sum(spender.costUsd(), costUsd)))
        .execute();
    AgentReport report = new AgentReport(null, null, null, costUsd);
    return note(
        handle,
        new SessionEvent(
            sessionId,
            spender.tokenId(),
            spender.appName(),
            Kind.BACKGROUND,
            at,
            null,
            null,
            report));
  }

  static int note(Handle handle, SessionEvent event) {
    WorkState turnState = event.turnState();
    return handle
        .createUpdate(
            """
            INSERT INTO session_events (
              session_id, token_id, app_name, kind, at, turn_index, turn_state, asked_model,
              answering_model, stop_reason, input_tokens, output_tokens, cache_read_tokens,
              cache_write_tokens, cost_nano_usd)
            VALUES (
              :session_id, :token_id, :app_name, :kind, :at, :turn_index, :turn_state,
              (SELECT model FROM sessions WHERE id = :session_id),
              :answering_model, :stop_reason, :input_tokens, :output_tokens, :cache_read_tokens,
              :cache_write_tokens, :cost_nano_usd)
            """)
        .bind("session_id", event.sessionId())
        .bind("token_id", event.tokenId())
        .bind("app_name", event.appName())
        .bind("kind", event.kind().wire())
        .bind("at", event.at().toEpochMilli())
        .bind("turn_index", event.turnIndex())
        .bind("turn_state", turnState == null ? null : turnState.wire())
        .bindMap(WorkRow.report(event.report()))
        .execute();
  }

  private static List<SessionEvent> list(Handle handle, String sessionId) {
    return handle
        .createQuery(
            """
            SELECT session_id, token_id, app_name, kind, at, turn_index, turn_state,
              answering_model, stop_reason, input_tokens, output_tokens, cache_read_tokens,
              cache_write_tokens, cost_nano_usd
            FROM session_events WHERE session_id = :session_id ORDER BY seq
            """)
        .bind("session_id", sessionId)
        .map(SqliteAuditTrail::event)
        .list();
  }

  private static boolean deleteBefore(Handle handle, Instant time) {
    int deleted =
        handle
            .createUpdate(
                """
                DELETE FROM session_events WHERE seq IN (
                  SELECT seq FROM session_events WHERE at < :time ORDER BY at LIMIT :limit)
                """)
            .bind("time", time.toEpochMilli())
            .bind("limit", MOST_DELETED_AT_ONCE)
            .execute();
    return deleted == MOST_DELETED_AT_ONCE
        && handle
            .createQuery("SELECT seq FROM session_events WHERE at < :time LIMIT 1")
            .bind("time", time.toEpochMilli())
            .mapTo(Long.class)
            .findOne()
            .isPresent();
  }

  private static SessionEvent event(
      Turn turn, Kind kind, Instant at, @Nullable WorkState state, AgentReport report) {
    return new SessionEvent(
        turn.sessionId(), turn.tokenId(), turn.appName(), kind, at, turn.index(), state, report);
  }

  private static SessionEvent event(ResultSet row, StatementContext context) throws SQLException {
    String turnState = row.getString("turn_state");
    return new SessionEvent(
        Rows.text(row, "session_id"),
        Rows.text(row, "token_id"),
        Rows.text(row, "app_name"),
        Kind.ofWire(Rows.text(row, "kind")),
        Rows.instant(row, "at"),
        Rows.optionalInt(row, "turn_index"),
        turnState == null ? null : WorkState.ofWire(turnState),
        WorkRow.report(row));
  }
}

package com.clawdforge.sqlite;

import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.SessionEvent.Kind;
import com.clawdforge.core.session.SessionStore;
import com.clawdforge.core.work.IdempotencyKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Sessions in the table {@code sessions}. */
final class SqliteSessionStore implements SessionStore {
  private final Database database;

  SqliteSessionStore(Database database) {
    this.database = database;
  }

  @Override
  public SessionAdded add(
      Session session, @Nullable IdempotencyKey key, Instant keyedSince, int maxOpen) {
    return database.write(
        handle -> {
          if (key != null) {
            Optional<SessionAdded.Earlier> earlier =
                find(handle, session.tokenId(), key.value(), keyedSince);
            if (earlier.isPresent()) {
              return earlier.get();
            }
          }
          if (countOpen(handle) >= maxOpen) {
            return new SessionAdded.Full();
          }
          if (key != null) {
            forgetKey(handle, session.tokenId(), key.value());
          }
          insert(handle, session, key);
          SqliteAuditTrail.note(handle, session.id(), Kind.CREATE, session.createdAt());
          return new SessionAdded.Added();
        });
  }

  @Override
  public Optional<SessionAdded.Earlier> findSession(
      String tokenId, String key, Instant keyedSince) {
    return database.read(handle -> find(handle, tokenId, key, keyedSince));
  }

  @Override
  public Optional<Session> find(@Nullable String tokenId, String sessionId) {
    // By the statement and not afterwards: how long it takes to read another token's session,
    // system
    // prompt and all, would tell that there is one.
    String ofToken = tokenId == null ? "" : " AND token_id = :token_id";
    return database.read(
        handle -> {
          Query query =
              handle
                  .createQuery(SessionRow.SELECT + "WHERE id = :id" + ofToken)
                  .bind("id", sessionId);
          return (tokenId == null ? query : query.bind("token_id", tokenId))
              .map(SessionRow::session)
              .findOne();
        });
  }

  @Override
  public Page<Session> list(@Nullable String tokenId, boolean includeClosed, PageRequest page) {
    if (tokenId != null) {
      return database.read(
          handle ->
              Rows.page(
                  handle
                      .createQuery(
                          includeClosed ? SessionLists.OF_TOKEN : SessionLists.OPEN_OF_TOKEN)
                      .bind("token_id", tokenId),
                  page,
                  SessionRow::session));
    }
    return database.read(
        handle ->
            Rows.page(
                handle.createQuery(includeClosed ? SessionLists.ALL : SessionLists.OPEN),
                page,
                SessionRow::session));
  }

  @Override
  public int countOpen() {
    return database.read(SqliteSessionStore::countOpen);
  }

  @Override
  public boolean close(String sessionId, Instant when) {
    return database.write(
        handle -> {
          int closed =
              handle
                  .createUpdate(
                      "UPDATE sessions SET closed_at = :when WHERE id = :id AND closed_at IS NULL")
                  .bind("id", sessionId)
                  .bind("when", when.toEpochMilli())
                  .execute();
          if (closed > 0) {
            SqliteAuditTrail.note(handle, sessionId, Kind.CLOSE, when);
          }
          return closed > 0;
        });
  }

  @Override
  public boolean closeIfIdle(String sessionId, Instant when, Instant quietSince) {
    return database.write(
        handle -> {
          int closed =
              handle
                  .createUpdate(
                      "UPDATE sessions SET closed_at = :when WHERE id = :id AND "
                          + SessionLists.IDLE)
                  .bind("id", sessionId)
                  .bind("when", when.toEpochMilli())
                  .bind("since", quietSince.toEpochMilli())
                  .execute();
          if (closed > 0) {
            SqliteAuditTrail.note(handle, sessionId, Kind.SWEEP_CLOSE, when);
          }
          return closed > 0;
        });
  }

  @Override
  public List<Session> idle(Instant quietSince, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(SessionLists.SOME_IDLE)
                .bind("since", quietSince.toEpochMilli())
                .bind("limit", limit)
                .map(SessionRow::session)
                .list());
  }

  @Override
  public void released(String sessionId) {
    database.write(
        handle ->
            handle
                .createUpdate(
                    "UPDATE sessions SET released = 1 WHERE id = :id AND closed_at IS NOT NULL")
                .bind("id", sessionId)
                .execute());
  }

  @Override
  public List<Session> unreleased() {
    return database.read(
        handle -> handle.createQuery(SessionLists.UNRELEASED).map(SessionRow::session).list());
  }

  @Override
  public List<Session> closedUnreleased(int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(SessionLists.CLOSED_UNRELEASED)
                .bind("limit", limit)
                .map(SessionRow::session)
                .list());
  }

  @Override
  public void addBackgroundCost(String sessionId, BigDecimal costUsd, Instant when) {
    database.write(handle -> SqliteAuditTrail.background(handle, sessionId, costUsd, when));
  }

  @Override
  public boolean deleteClosedBefore(Instant time, Instant when) {
    return database.write(handle -> new SessionDeletion(handle).step(time, when));
  }

  private static int countOpen(Handle handle) {
    return handle
        .createQuery("SELECT count(*) FROM sessions WHERE closed_at IS NULL")
        .mapTo(Integer.class)
        .one();
  }

  private static Optional<SessionAdded.Earlier> find(
      Handle handle, String tokenId, String key, Instant keyedSince) {
    return handle
        .createQuery(
            SessionRow.SELECT
                + "WHERE token_id = :token_id AND idempotency_key = :key AND created_at >= :since")
        .bind("token_id", tokenId)
        .bind("key", key)
        .bind("since", keyedSince.toEpochMilli())
        .map(
            (row, context) ->
                new SessionAdded.Earlier(
                    SessionRow.session(row, context),
                    new IdempotencyKey(key, Rows.text(row, "body_hash"))))
        .findOne();
  }

  private static void forgetKey(Handle handle, String tokenId, String key) {
    handle
        .createUpdate(
            """
            UPDATE sessions SET idempotency_key = NULL, body_hash = NULL
            WHERE token_id = :token_id AND idempotency_key = :key
            """)
        .bind("token_id", tokenId)
        .bind("key", key)
        .execute();
  }

  private static void insert(Handle handle, Session session, @Nullable IdempotencyKey key) {
    handle
        .createUpdate(
            """
            INSERT INTO sessions (
              id, token_id, app_name, agent, model, permissions, allowed_tools, background,
              max_turns, created_at, idempotency_key, body_hash, meta)
            VALUES (
              :id, :token_id, :app_name, :agent, :model, :permissions, :allowed_tools,
              :background, :max_turns, :created_at, :idempotency_key, :body_hash, :meta)
            """)
        .bindMap(SessionRow.fixed(session))
        .bind("idempotency_key", key == null ? null : key.value())
        .bind("body_hash", key == null ? null : key.bodyHash())
        .execute();
    SystemPrompt system = session.terms().system();
    if (system != null) {
      handle
          .createUpdate(
              """
              INSERT INTO system_prompts (session, mode, text)
              SELECT seq, :mode, :text FROM sessions WHERE id = :id
              """)
          .bind("id", session.id())
          .bind("mode", system.mode().name())
          .bind("text", system.text())
          .execute();
    }
  }
}

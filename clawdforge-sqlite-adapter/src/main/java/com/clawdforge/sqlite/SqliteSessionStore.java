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
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** Sessions in the table {@code sessions}. */
final class SqliteSessionStore implements SessionStore {
  private static final String CLOSE = "UPDATE sessions SET closed_at = :when WHERE id = :id AND ";

  private final Database database;

  SqliteSessionStore(Database database) {
    this.database = database;
  }

  @Override
  public SessionAdded add(
      Session session,
      @Nullable IdempotencyKey key,
      Instant keyedSince,
      int maxOpen,
      int maxOpenOfToken) {
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
          if (countOpen(handle, session.tokenId()) >= maxOpenOfToken) {
            return new SessionAdded.TokenFull();
          }
          if (key != null) {
            Rows.forgetKey(handle, "sessions", session.tokenId(), key.value());
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
    return database.read(
        handle -> Rows.find(handle, SessionRow.SELECT, tokenId, sessionId, SessionRow::read));
  }

  @Override
  public Page<Session> list(@Nullable String tokenId, boolean includeClosed, PageRequest page) {
    String select =
        tokenId == null
            ? includeClosed ? SessionLists.ALL : SessionLists.OPEN
            : includeClosed ? SessionLists.OF_TOKEN : SessionLists.OPEN_OF_TOKEN;
    return database.read(
        handle ->
            Rows.page(
                Rows.ofToken(handle.createQuery(select), tokenId), page, SessionRow::session));
  }

  @Override
  public int countOpen() {
    return database.read(SqliteSessionStore::countOpen);
  }

  @Override
  public int countOpen(String tokenId) {
    return database.read(handle -> countOpen(handle, tokenId));
  }

  @Override
  public boolean close(String sessionId, Instant when) {
    return database.write(
        handle ->
            close(
                handle,
                handle.createUpdate(CLOSE + "closed_at IS NULL"),
                sessionId,
                when,
                Kind.CLOSE));
  }

  @Override
  public boolean closeIfIdle(String sessionId, Instant when, Instant quietSince) {
    return database.write(
        handle ->
            close(
                handle,
                handle
                    .createUpdate(CLOSE + SessionLists.IDLE)
                    .bind("since", quietSince.toEpochMilli()),
                sessionId,
                when,
                Kind.SWEEP_CLOSE));
  }

  private static boolean close(
      Handle handle, Update update, String sessionId, Instant when, Kind kind) {
    int closed = update.bind("id", sessionId).bind("when", when.toEpochMilli()).execute();
    if (closed > 0) {
      SqliteAuditTrail.note(handle, sessionId, kind, when);
    }
    return closed > 0;
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

  private static int countOpen(Handle handle, String tokenId) {
    return handle
        .createQuery(
            "SELECT count(*) FROM sessions WHERE token_id = :token_id AND closed_at IS NULL")
        .bind("token_id", tokenId)
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

  private static void insert(Handle handle, Session session, @Nullable IdempotencyKey key) {
    handle
        .createUpdate(
            """
            INSERT INTO sessions (
              id, token_id, app_name, agent, model, permissions, network, allowed_tools, background,
              max_turns, created_at, idempotency_key, body_hash, meta)
            VALUES (
              :id, :token_id, :app_name, :agent, :model, :permissions, :network, :allowed_tools,
              :background, :max_turns, :created_at, :idempotency_key, :body_hash, :meta)
            """)
        .bindMap(SessionRow.fixed(session))
        .bindMap(Rows.key(key))
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

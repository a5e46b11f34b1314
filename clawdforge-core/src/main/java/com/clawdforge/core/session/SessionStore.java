package com.clawdforge.core.session;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.IdempotencyKey;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of sessions; their turns are in the {@link TurnStore}. Safe for any thread. Calls
 * block for a disk access and throw {@link com.clawdforge.core.error.StoreException} when the store
 * fails. A change is durable when its call returns. A change and its entry in the {@link
 * AuditTrail} are one transaction. Lists omit system prompts, see {@link Session#listed}.
 */
public interface SessionStore {
  /**
   * Records a new, open session and checks its key and the number of open sessions, in one
   * transaction.
   *
   * @param key null if the caller gave none; different tokens may use the same key
   * @param keyedSince the key of a session created before this is forgotten and may be used again
   * @param maxOpen how many sessions may be open, this one included
   * @param maxOpenOfToken how many of them may be its token's
   */
  SessionAdded add(
      Session session,
      @Nullable IdempotencyKey key,
      Instant keyedSince,
      int maxOpen,
      int maxOpenOfToken);

  /** As the other, without a limit for its token. */
  default SessionAdded add(
      Session session, @Nullable IdempotencyKey key, Instant keyedSince, int maxOpen) {
    return add(session, key, keyedSince, maxOpen, Integer.MAX_VALUE);
  }

  /** The result of adding a session. */
  sealed interface SessionAdded {
    /** The session was added. */
    record Added() implements SessionAdded {}

    /** Another session has the key; nothing was added. */
    record Earlier(Session session, IdempotencyKey key) implements SessionAdded {}

    /** The limit of open sessions is reached; nothing was added. */
    record Full() implements SessionAdded {}

    /** The limit of the token's open sessions is reached; nothing was added. */
    record TokenFull() implements SessionAdded {}
  }

  /** Finds the session with a key, unless it was created before a time. */
  Optional<SessionAdded.Earlier> findSession(String tokenId, String key, Instant keyedSince);

  /**
   * Finds a session.
   *
   * @param tokenId its owner, or null for any
   */
  Optional<Session> find(@Nullable String tokenId, String sessionId);

  /**
   * Lists sessions, newest first.
   *
   * @param tokenId their owner, or null for all
   */
  Page<Session> list(@Nullable String tokenId, boolean includeClosed, PageRequest page);

  /** How many sessions are open. */
  int countOpen();

  /** How many sessions of a token are open. */
  int countOpen(String tokenId);

  /**
   * Closes a session; from then on it accepts no turns.
   *
   * @return false if it was already closed or does not exist
   */
  boolean close(String sessionId, Instant when);

  /**
   * As {@link #close}, with another entry in the trail, but only if nothing has happened in the
   * session since a time and no turn is queued or running.
   *
   * @param quietSince the session must have been created, and its last turn accepted and ended,
   *     before this
   * @return whether this call closed it
   */
  boolean closeIfIdle(String sessionId, Instant when, Instant quietSince);

  /** Some of the open sessions that {@link #closeIfIdle} would close, at most {@code limit}. */
  List<Session> idle(Instant quietSince, int limit);

  /**
   * Records that nothing of a closed session's agent is left. Until then it is in {@link
   * #unreleased}.
   */
  void released(String sessionId);

  /** The sessions that may have left something running on this machine: open, or not released. */
  List<Session> unreleased();

  /** The closed ones among {@link #unreleased}, at most {@code limit}. */
  List<Session> closedUnreleased(int limit);

  /**
   * Adds the cost of work between turns to a session, with an entry in the trail; does nothing if
   * the session is gone.
   */
  void addBackgroundCost(String sessionId, BigDecimal costUsd, Instant when);

  /**
   * Deletes part of the released sessions that were closed before a time, with their turns and
   * events; so little per call that other writers need not wait long. A session exists until its
   * last part is deleted; its audit trail stays.
   *
   * @return whether there is more to delete
   */
  boolean deleteClosedBefore(Instant time, Instant when);
}

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
 * The ledger of sessions; their turns are in the {@link TurnStore}. Calls may come from any thread,
 * block for the length of a disk access, and throw {@link com.clawdforge.core.error.StoreException}
 * when the store is broken. What a call has returned from survives a crash. A change and its entry
 * in the {@link AuditTrail} are one step. Lists of sessions leave their system prompts out, see
 * {@link Session#listed}.
 */
public interface SessionStore {
  /**
   * Records a new, open session, in one step with the look at its key and at how many are open.
   *
   * @param key null if the caller gave none; another token's sessions under the same key do not
   *     matter
   * @param keyedSince a key whose session was created before this is forgotten and may be used
   *     again
   * @param maxOpen how many sessions may be open, this one included
   */
  SessionAdded add(Session session, @Nullable IdempotencyKey key, Instant keyedSince, int maxOpen);

  /** What became of a session that was to be added. */
  sealed interface SessionAdded {
    /** It was. */
    record Added() implements SessionAdded {}

    /** Another one has the key; nothing was added. */
    record Earlier(Session session, IdempotencyKey key) implements SessionAdded {}

    /** As many are open as may be; nothing was added. */
    record Full() implements SessionAdded {}
  }

  /** The session that was asked for under a key, unless it was created before a time. */
  Optional<SessionAdded.Earlier> findSession(String tokenId, String key, Instant keyedSince);

  /**
   * The session of that id.
   *
   * @param tokenId only if it belongs to this token; null for whoever it belongs to
   */
  Optional<Session> find(@Nullable String tokenId, String sessionId);

  /**
   * Newest first.
   *
   * @param tokenId only those of this token; null for all
   */
  Page<Session> list(@Nullable String tokenId, boolean includeClosed, PageRequest page);

  /** How many sessions are open. */
  int countOpen();

  /**
   * Closes a session; from then on it takes no turns.
   *
   * @return false if it was closed already, or is not there
   */
  boolean close(String sessionId, Instant when);

  /**
   * As {@link #close}, with another entry in the trail, unless something has happened in the
   * session since a time, or a turn of it is queued or running.
   *
   * @param quietSince the session must have been created, and its last turn have been accepted and
   *     ended, before this
   * @return whether it was closed by this call
   */
  boolean closeIfIdle(String sessionId, Instant when, Instant quietSince);

  /** Some of the open sessions that {@link #closeIfIdle} would close, at most {@code limit}. */
  List<Session> idle(Instant quietSince, int limit);

  /**
   * Notes that nothing of a closed session's agent is left. Until then it is one of {@link
   * #unreleased}.
   */
  void released(String sessionId);

  /** The sessions that may have left something running on this machine: open, or not released. */
  List<Session> unreleased();

  /** The closed ones among {@link #unreleased}, at most {@code limit}. */
  List<Session> closedUnreleased(int limit);

  /**
   * Adds to what a session has cost, by work of its agent between turns, with an entry in the
   * trail; nothing if the session is gone.
   */
  void addBackgroundCost(String sessionId, BigDecimal costUsd, Instant when);

  /**
   * Deletes a little of the sessions that were closed before a time and are released, with their
   * turns and events, so that nobody waits long meanwhile. A session is gone when its last piece
   * is; its audit trail stays.
   *
   * @return whether something is left to be deleted
   */
  boolean deleteClosedBefore(Instant time, Instant when);
}

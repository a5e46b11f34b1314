package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.EventReader;
import com.clawdforge.core.work.IdempotencyKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of turns and their events. Safe for any thread. Calls block for a disk access and
 * throw {@link com.clawdforge.core.error.StoreException} when the store fails. A change is durable
 * when its call returns.
 */
public interface TurnStore {
  /**
   * Records an accepted turn with the session's next index, and checks its key and that the session
   * is open, in one transaction. This counts as use of the session.
   *
   * @param turn its index is ignored
   * @param prompt kept for the audit, or null
   * @param key null if the caller gave none; unique within the token
   * @param keyedSince the key of a turn created before this is forgotten and may be used again
   */
  TurnAdded addTurn(
      Turn turn, @Nullable String prompt, @Nullable IdempotencyKey key, Instant keyedSince);

  /** The result of adding a turn. */
  sealed interface TurnAdded {
    /** The turn was added; its index is the session's next. */
    record Added(Turn turn) implements TurnAdded {}

    /** Another turn has the key; nothing was added. */
    record Earlier(Turn turn, IdempotencyKey key) implements TurnAdded {}

    /** The session is closed or gone; nothing was added. */
    record Closed() implements TurnAdded {}
  }

  /** Finds the turn with a key, unless it was created before a time. */
  Optional<TurnAdded.Earlier> findTurn(String tokenId, String key, Instant keyedSince);

  /**
   * Writes records of turns in order, in one transaction. Ignores records of unknown turns and
   * events that are already recorded: a batch may be written twice.
   *
   * <p>{@link TurnRecord.Ended} counts as use of the session, adds the turn's usage and cost to the
   * session's, and goes into the audit trail.
   */
  void record(List<TurnRecord> records);

  /** Finds the turn with this index. */
  Optional<Turn> turn(String sessionId, int index);

  /** Lists turns, newest first. */
  Page<Turn> turns(String sessionId, PageRequest page);

  /**
   * Returns a turn's recorded events in order.
   *
   * @param after events up to this seq are left out; 0 for none
   * @param maxBytes the result ends with the event that reaches this size
   * @return empty if there are no more
   */
  List<AgentEvent> events(String sessionId, int index, long after, long maxBytes);

  /**
   * As {@link #events}, of those that the agent sent after the turn's result. Their seqs count on
   * from the turn's events. The result ends before a gap, where some could not be recorded.
   *
   * @return its {@code after} is {@code after}, or more if there is a gap; never the last batch
   */
  EventReader.Batch eventsAfterEnd(String sessionId, int index, long after, long maxBytes);

  /**
   * Marks queued and running turns as interrupted, each with an entry in the trail. Call this at
   * startup, before any turn is added.
   *
   * @return how many there were
   */
  int interruptUnfinished(Instant when);
}

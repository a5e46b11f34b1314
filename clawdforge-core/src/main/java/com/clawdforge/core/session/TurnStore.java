package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.work.IdempotencyKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of turns and their events. Calls may come from any thread, block for the length of a
 * disk access, and throw {@link com.clawdforge.core.error.StoreException} when the store is broken.
 * What a call has returned from survives a crash.
 */
public interface TurnStore {
  /**
   * Records a turn that was accepted and gives it the session's next index, in one step with the
   * look at its key and at whether the session is open. It counts as use of the session.
   *
   * @param turn its index does not matter
   * @param prompt kept for the audit, or null
   * @param key null if the caller gave none; unique within the token
   * @param keyedSince a key whose turn was created before this is forgotten and may be used again
   */
  TurnAdded addTurn(
      Turn turn, @Nullable String prompt, @Nullable IdempotencyKey key, Instant keyedSince);

  /** What became of a turn that was to be added. */
  sealed interface TurnAdded {
    /** It was; its index is the session's next. */
    record Added(Turn turn) implements TurnAdded {}

    /** Another one has the key; nothing was added. */
    record Earlier(Turn turn, IdempotencyKey key) implements TurnAdded {}

    /** The session is closed, or gone; nothing was added. */
    record Closed() implements TurnAdded {}
  }

  /** The turn that was asked for under a key, unless it was created before a time. */
  Optional<TurnAdded.Earlier> findTurn(String tokenId, String key, Instant keyedSince);

  /**
   * Records what happened in turns that were added, all of it in one step, in this order. What is
   * about a turn that is not there is ignored, and so is an event that is recorded already: a batch
   * may be given again.
   *
   * <p>{@link TurnRecord.Ended} counts as use of the session, adds the turn's usage and cost to the
   * session's, and goes into the audit trail.
   */
  void record(List<TurnRecord> records);

  /** The turn with that index. */
  Optional<Turn> turn(String sessionId, int index);

  /** Newest first. */
  Page<Turn> turns(String sessionId, PageRequest page);

  /**
   * A turn's recorded events in their order.
   *
   * @param after the events up to this seq are left out; 0 for none
   * @param maxBytes it stops after the event that reaches this size
   * @return empty if there are no more
   */
  List<AgentEvent> events(String sessionId, int index, long after, long maxBytes);

  /**
   * Marks the turns that are queued or running as interrupted, each with an entry in the trail; for
   * the start, before any turn is added.
   *
   * @return how many
   */
  int interruptUnfinished(Instant when);
}

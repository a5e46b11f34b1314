package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.work.EventReader;
import java.time.Duration;
import java.util.List;

/** Reads the events of a turn that is over from the ledger, a piece at a time. */
final class StoredEvents implements EventReader {
  private static final long PIECE_BYTES = 1L << 20;

  private final TurnStore store;
  private final String sessionId;
  private final int index;
  private long after;

  StoredEvents(TurnStore store, String sessionId, int index, long after) {
    this.store = store;
    this.sessionId = sessionId;
    this.index = index;
    this.after = after;
  }

  @Override
  public Batch next(Duration atMost) {
    List<AgentEvent> events = store.events(sessionId, index, after, PIECE_BYTES);
    Batch batch = new Batch(after, events, events.isEmpty());
    after = batch.end();
    return batch;
  }
}

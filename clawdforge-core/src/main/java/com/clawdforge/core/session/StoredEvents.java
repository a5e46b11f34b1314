package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.work.EventReader;
import java.time.Duration;
import java.util.List;

/** Reads the events of an ended turn from the ledger in batches. */
final class StoredEvents implements EventReader {
  /** As many bytes as are read at once, but one event in any case. */
  static final long BATCH_BYTES = 1L << 20;

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
    List<AgentEvent> events = store.events(sessionId, index, after, BATCH_BYTES);
    Batch batch = new Batch(after, events, events.isEmpty());
    after = batch.end();
    return batch;
  }
}

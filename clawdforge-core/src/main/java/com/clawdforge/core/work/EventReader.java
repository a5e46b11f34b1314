package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentEvent;
import java.time.Duration;
import java.util.List;

/**
 * A reader's place in the events of a run or turn. It reads each event once and in order: those of
 * running work as they come, those of finished work from the ledger. A slow reader delays nothing.
 * For one thread.
 */
public interface EventReader {
  /** Reads nothing: for work whose events are gone. */
  EventReader NONE = atMost -> new Batch(0, List.of(), true);

  /**
   * Returns the next events; waits for them while the work may still have some.
   *
   * @return without events, and not the last, when none came in time
   * @throws com.clawdforge.core.error.StoreException if the ledger cannot be read
   */
  Batch next(Duration atMost) throws InterruptedException;

  /**
   * Some events in order.
   *
   * @param after the seq before the first one's
   * @param last whether no more will follow: the work is over and recorded
   */
  record Batch(long after, List<AgentEvent> events, boolean last) {
    public Batch {
      events = List.copyOf(events);
    }

    /** The seq of the last event up to the end of this batch. */
    public long end() {
      return after + events.size();
    }
  }
}

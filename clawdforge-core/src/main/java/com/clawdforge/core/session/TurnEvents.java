package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import java.time.Duration;
import java.util.List;

/**
 * A reader's place in the events of a turn. Each event is read once and in order, those of a
 * running turn as they come, those of one that is over from the ledger. Nobody waits for a slow
 * reader. For one thread.
 */
public interface TurnEvents {
  /**
   * The next events; waits for them as long as the turn may still have some.
   *
   * @return without events, and not the last, when none came in time
   * @throws com.clawdforge.core.error.StoreException if the ledger cannot be read
   */
  Batch next(Duration atMost) throws InterruptedException;

  /**
   * Some events in order.
   *
   * @param after the seq before the first one's
   * @param last whether no more will follow: the turn is over and recorded
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

package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The events of one running turn. Readers share them and each keeps its own place, so that one who
 * reads slowly, or not at all, costs nothing and holds up nobody; the agent's output is bounded,
 * and so is this.
 */
final class TurnFeed {
  // So that a reader who is far behind does not copy everything at once.
  private static final int BATCH = 256;

  private final List<AgentEvent> events = new ArrayList<>();
  private boolean over;

  /** Adds an event and gives its seq, which counts from 1. */
  synchronized long publish(AgentEvent event) {
    events.add(event);
    notifyAll();
    return events.size();
  }

  /** Nothing will be added any more. */
  synchronized void end() {
    over = true;
    notifyAll();
  }

  TurnEvents from(long after) {
    return new Reader(after);
  }

  private synchronized TurnEvents.Batch read(long after, Duration atMost)
      throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (events.size() <= after && !over) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return new TurnEvents.Batch(after, List.of(), false);
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    int from = (int) Math.min(after, events.size());
    int to = Math.min(from + BATCH, events.size());
    return new TurnEvents.Batch(from, events.subList(from, to), over && to == events.size());
  }

  private final class Reader implements TurnEvents {
    private long after;

    private Reader(long after) {
      this.after = after;
    }

    @Override
    public Batch next(Duration atMost) throws InterruptedException {
      Batch batch = read(after, atMost);
      after = batch.end();
      return batch;
    }
  }
}

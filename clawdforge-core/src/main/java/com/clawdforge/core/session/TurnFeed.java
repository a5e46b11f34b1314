package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events of one running turn. Readers share them and each keeps its own place, so that one who
 * reads slowly, or not at all, costs nothing and holds up nobody; the agent's output is bounded,
 * and so is this.
 */
final class TurnFeed {
  // So that a reader who is far behind does not copy everything at once.
  private static final int BATCH = 256;

  // No monitor: before JDK 24 each reader that waits in one would hold a carrier of virtual
  // threads.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<AgentEvent> events = new ArrayList<>();
  private boolean over;

  /** Adds an event and gives its seq, which counts from 1. */
  long publish(AgentEvent event) {
    lock.lock();
    try {
      events.add(event);
      changed.signalAll();
      return events.size();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing will be added any more. */
  void end() {
    lock.lock();
    try {
      over = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  TurnEvents from(long after) {
    return new Reader(after);
  }

  private TurnEvents.Batch read(long after, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (events.size() <= after && !over) {
        if (left <= 0) {
          return new TurnEvents.Batch(after, List.of(), false);
        }
        left = changed.awaitNanos(left);
      }
      int from = (int) Math.min(after, events.size());
      int to = Math.min(from + BATCH, events.size());
      return new TurnEvents.Batch(from, events.subList(from, to), over && to == events.size());
    } finally {
      lock.unlock();
    }
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

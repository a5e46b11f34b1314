package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events of one run or turn while it is under way. Readers share them and each keeps its own
 * position, so a slow or stopped reader costs nothing and delays no other. The agent's output is
 * bounded, and so is this. Safe for any thread.
 */
public final class EventLog {
  // A reader that is far behind must not copy everything at once.
  private static final int BATCH = 256;

  /** A wait that is longer needs no timer of its own. */
  private static final long LONG_NANOS = 2 * IdleReaders.LATEST.toNanos();

  // Not a monitor: before JDK 24 each reader that waits in one pins a carrier thread.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<AgentEvent> events = new ArrayList<>();
  private boolean keeping;
  private long dropped;
  private boolean over;

  /**
   * @param keeping whether events are kept before the first reader starts; costs their memory
   */
  public EventLog(boolean keeping) {
    this.keeping = keeping;
  }

  /** Adds an event and returns its seq, which counts from 1. */
  public long publish(AgentEvent event) {
    lock.lock();
    try {
      if (keeping) {
        events.add(event);
        changed.signalAll();
      } else {
        dropped++;
      }
      return dropped + events.size();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the log: no event will follow. */
  public void end() {
    lock.lock();
    try {
      over = true;
      changed.signalAll();
      IdleReaders.remove(this);
    } finally {
      lock.unlock();
    }
  }

  /** Has the readers look whether their time is up. */
  void wakeReaders() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns a reader of the kept and future events.
   *
   * @param after events up to this seq are left out; 0 for none
   */
  public EventReader from(long after) {
    lock.lock();
    try {
      keeping = true;
      if (!over) {
        IdleReaders.add(this);
      }
      return new Reader(Math.max(after, dropped));
    } finally {
      lock.unlock();
    }
  }

  private EventReader.Batch read(long after, Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (dropped + events.size() <= after && !over) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          return new EventReader.Batch(after, List.of(), false);
        }
        if (left > LONG_NANOS) {
          changed.await();
        } else {
          changed.awaitNanos(left);
        }
      }
      int from = (int) Math.min(after - dropped, events.size());
      int to = Math.min(from + BATCH, events.size());
      return new EventReader.Batch(
          dropped + from, events.subList(from, to), over && to == events.size());
    } finally {
      lock.unlock();
    }
  }

  private final class Reader implements EventReader {
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

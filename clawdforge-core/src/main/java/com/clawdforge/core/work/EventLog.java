package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.error.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The events of one run or turn while it is under way. Readers share them and each keeps its own
 * position, so a slow or stopped reader costs nothing and delays no other. The agent's output is
 * bounded, and so is this; with an archive, little more is kept than what that has not yet. Safe
 * for any thread.
 */
public final class EventLog {
  // A reader that is far behind must not copy everything at once.
  private static final int BATCH = 256;

  /** A wait that is longer needs no timer of its own. */
  private static final long LONG_NANOS = 2 * IdleReaders.LATEST.toNanos();

  /** As much as all logs with an archive keep together for readers that are a little behind. */
  private static final long ALL_KEPT_BYTES = 32 << 20;

  private static final long LEAST_KEPT_BYTES = 64 << 10;
  private static final long MOST_KEPT_BYTES = 256 << 10;
  private static final AtomicInteger WITH_ARCHIVE = new AtomicInteger();

  // Not a monitor: before JDK 24 each reader that waits in one pins a carrier thread.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<AgentEvent> events = new ArrayList<>();
  private volatile @Nullable Archive archive;
  private boolean keeping;
  private long dropped;
  private long archived;
  private long keptBytes;
  private boolean over;

  /** Has events that are no longer kept here. */
  @FunctionalInterface
  public interface Archive {
    /**
     * Reads the events that follow one, as many as it likes, in order.
     *
     * @throws com.clawdforge.core.error.StoreException if it cannot be read
     */
    List<AgentEvent> after(long seq);
  }

  /**
   * @param keeping whether events are kept before the first reader starts; costs their memory
   */
  public EventLog(boolean keeping) {
    this.keeping = keeping;
  }

  /** From now on, drops events that this archive has, but for the last of them. */
  public void archiveIn(Archive place) {
    lock.lock();
    try {
      if (archive == null && !over) {
        WITH_ARCHIVE.incrementAndGet();
      }
      archive = place;
    } finally {
      lock.unlock();
    }
  }

  /** Adds an event and returns its seq, which counts from 1. */
  public long publish(AgentEvent event) {
    lock.lock();
    try {
      if (keeping) {
        events.add(event);
        keptBytes += event.json().length;
        changed.signalAll();
      } else {
        dropped++;
      }
      return dropped + events.size();
    } finally {
      lock.unlock();
    }
  }

  /** The archive has all events up to this one. */
  public void archived(long seq) {
    lock.lock();
    try {
      archived = Math.max(archived, seq);
      long most = mostKept();
      // Some at once, as each drop moves those that are left.
      if (archive != null && keptBytes > most) {
        drop(most / 2);
      }
    } finally {
      lock.unlock();
    }
  }

  private static long mostKept() {
    long share = ALL_KEPT_BYTES / Math.max(1, WITH_ARCHIVE.get());
    return Math.clamp(share, LEAST_KEPT_BYTES, MOST_KEPT_BYTES);
  }

  private void drop(long left) {
    int count = 0;
    while (dropped + count < archived && keptBytes > left) {
      keptBytes -= events.get(count).json().length;
      count++;
    }
    events.subList(0, count).clear();
    dropped += count;
  }

  /** Ends the log: no event will follow. */
  public void end() {
    lock.lock();
    try {
      if (archive != null && !over) {
        WITH_ARCHIVE.decrementAndGet();
      }
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
      return new Reader(archive == null ? Math.max(after, dropped) : after);
    } finally {
      lock.unlock();
    }
  }

  // Null if the next event is in the archive only.
  private EventReader.@Nullable Batch read(long after, Duration atMost)
      throws InterruptedException {
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
      if (after < dropped) {
        return null;
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
      EventReader.@Nullable Batch batch = read(after, atMost);
      if (batch == null) {
        batch = fromArchive();
      }
      after = batch.end();
      return batch;
    }

    private Batch fromArchive() {
      List<AgentEvent> found = Objects.requireNonNull(archive).after(after);
      if (found.isEmpty()) {
        throw new StoreException("the ledger has lost events of work under way", null);
      }
      return new Batch(after, found, false);
    }
  }
}

package com.clawdforge.core.session;

import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.error.UnwritableException;
import com.clawdforge.core.work.EventLog;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes what happens in turns to the ledger, on one thread and in batches, so that neither an
 * agent nor a reader waits for the disk and many turns share one commit. Keeps records in order,
 * and until the ledger has them.
 */
final class TurnJournal implements AutoCloseable {
  private static final System.Logger log = System.getLogger(TurnJournal.class.getName());

  /**
   * How long an event may wait for a batch; the end of a turn does not wait. Most short turns are
   * written in one.
   */
  private static final Duration GATHER = Duration.ofMillis(150);

  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  /** While the ledger cannot be written, events beyond this are dropped. */
  private static final long MAX_WAITING_BYTES = 256L << 20;

  private final TurnStore store;
  private final long maxWaitingBytes;
  private final Thread writer;
  private List<Entry> waiting = new ArrayList<>();
  // The first seq that a turn under way has lost; all from there on are left out.
  private final Map<String, Long> cutOff = new HashMap<>();
  private long waitingBytes;
  private boolean urgent;
  private boolean closed;
  private boolean ended;

  /**
   * @param log of the turn, if this is an event
   * @param settled runs once it is written or lost, unless null
   */
  private record Entry(
      TurnRecord record,
      @Nullable CompletableFuture<@Nullable Void> written,
      @Nullable EventLog log,
      @Nullable Runnable settled) {
    long bytes() {
      return switch (record) {
        case TurnRecord.EventRecorded event -> event.event().json().length + 64L;
        case TurnRecord.SentAfterwards event -> event.event().json().length + 64L;
        default -> 256;
      };
    }

    void settle() {
      if (settled != null) {
        settled.run();
      }
    }
  }

  TurnJournal(TurnStore store) {
    this(store, MAX_WAITING_BYTES);
  }

  /**
   * The same, with another limit.
   *
   * @param maxWaitingBytes of events that wait for the ledger
   */
  TurnJournal(TurnStore store, long maxWaitingBytes) {
    this.store = store;
    this.maxWaitingBytes = maxWaitingBytes;
    this.writer = Thread.ofPlatform().daemon().name("turn-journal").start(this::write);
  }

  /** Queues a record and returns at once. */
  void add(TurnRecord record) {
    add(new Entry(record, null, null, null), false);
  }

  /**
   * Queues an event and returns at once.
   *
   * @param log is told once the ledger has it
   */
  void add(TurnRecord.EventRecorded event, EventLog log) {
    add(new Entry(event, null, log, null), false);
  }

  /**
   * Queues a message between turns and returns at once.
   *
   * @param settled runs once the ledger has it, or it is lost
   */
  void add(TurnRecord.SentAfterwards event, Runnable settled) {
    add(new Entry(event, null, null, settled), false);
  }

  /**
   * Queues a record for an immediate write and returns at once. The future completes when this and
   * all earlier records are on disk. It fails with what the store threw; the write is retried all
   * the same.
   */
  CompletableFuture<@Nullable Void> addUrgently(TurnRecord record) {
    CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
    add(new Entry(record, written, null, null), true);
    return written;
  }

  private synchronized void add(Entry entry, boolean now) {
    if (dropped(entry.record)) {
      entry.settle();
      return;
    }
    if (ended) {
      fail(entry);
      return;
    }
    boolean first = waiting.isEmpty();
    waiting.add(entry);
    waitingBytes += entry.bytes();
    urgent |= now;
    if (first || now) {
      notifyAll();
    }
  }

  // After a dropped event all later ones of the turn are dropped too, so that the ledger has no
  // gap.
  private boolean dropped(TurnRecord record) {
    if (record instanceof TurnRecord.SentAfterwards) {
      return waitingBytes > maxWaitingBytes;
    }
    if (!(record instanceof TurnRecord.EventRecorded event)) {
      return false;
    }
    if (waitingBytes > maxWaitingBytes) {
      String turn = turn(event.sessionId(), event.index());
      if (cutOff.putIfAbsent(turn, event.seq()) == null) {
        log.log(
            System.Logger.Level.ERROR,
            "the ledger cannot be written: events of turn {0} are dropped",
            turn);
      }
    }
    return isCutOff(event);
  }

  private boolean isCutOff(TurnRecord.EventRecorded event) {
    if (cutOff.isEmpty()) {
      return false;
    }
    @Nullable Long lost = cutOff.get(turn(event.sessionId(), event.index()));
    return lost != null && event.seq() >= lost;
  }

  private void write() {
    List<Entry> batch = List.of();
    try {
      while (true) {
        if (batch.isEmpty()) {
          batch = gather();
          if (batch.isEmpty()) {
            return;
          }
        }
        // A store that failed just before the close may work by now.
        boolean last = isClosed();
        if (written(batch)) {
          batch = List.of();
        } else if (!last) {
          pause();
        } else {
          log.log(System.Logger.Level.ERROR, "{0} records of turns are lost", batch.size());
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        ended = true;
        waiting.forEach(TurnJournal::fail);
      }
    }
  }

  // Empty once this is closed and nothing is left.
  private synchronized List<Entry> gather() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    long deadline = System.nanoTime() + GATHER.toNanos();
    long left = GATHER.toNanos();
    while (!urgent && !closed && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
    List<Entry> batch = waiting;
    waiting = new ArrayList<>();
    waitingBytes = 0;
    urgent = false;
    return batch;
  }

  // Returns whether nothing of the batch is left to write.
  private boolean written(List<Entry> batch) {
    try {
      put(batch);
      return true;
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, "turns cannot be recorded; retrying", e);
      failAll(batch, e);
      return false;
    }
  }

  // One record that can never be written must not block those of all sessions, so it is found by
  // halves. Records may be written twice.
  private void put(List<Entry> batch) {
    try {
      store.record(kept(batch));
    } catch (RuntimeException | Error e) {
      if (UnwritableException.mayRecover(e)) {
        throw e;
      }
      if (batch.size() == 1) {
        lost(batch.getFirst(), e);
      } else {
        int half = batch.size() / 2;
        put(batch.subList(0, half));
        put(batch.subList(half, batch.size()));
      }
      return;
    }
    done(batch);
  }

  private synchronized List<TurnRecord> kept(List<Entry> batch) {
    List<TurnRecord> kept = new ArrayList<>(batch.size());
    for (Entry entry : batch) {
      if (!(entry.record instanceof TurnRecord.EventRecorded event && isCutOff(event))) {
        kept.add(entry.record);
      }
    }
    return kept;
  }

  private void lost(Entry entry, Throwable why) {
    log.log(System.Logger.Level.ERROR, "a record of a turn cannot be written and is lost", why);
    synchronized (this) {
      if (entry.record instanceof TurnRecord.EventRecorded event) {
        cutOff.merge(turn(event.sessionId(), event.index()), event.seq(), Math::min);
      }
      forget(entry);
    }
    fail(entry, why);
    entry.settle();
    // Outside the lock: agents that add events must not wait for this write.
    if (entry.record instanceof TurnRecord.Ended over) {
      endAnyway(over);
    }
  }

  // Else its session would look busy until the next start.
  private void endAnyway(TurnRecord.Ended over) {
    Turn turn = over.turn();
    WorkEnd bare = WorkEnd.failed(WorkError.broken());
    if (!Objects.equals(bare.error(), turn.error())) {
      Turn ended = turn.ended(bare, Objects.requireNonNull(turn.endedAt()), turn.contextLost());
      put(List.of(new Entry(new TurnRecord.Ended(ended, over.forgetKey()), null, null, null)));
    }
  }

  // Only once its end is behind all its events: until then some may wait that must be left out.
  private void forget(Entry entry) {
    if (entry.record instanceof TurnRecord.Ended over) {
      cutOff.remove(turn(over.turn().sessionId(), over.turn().index()));
    }
  }

  private static String turn(String sessionId, int index) {
    return sessionId + "." + index;
  }

  // Also fails records queued since, so their callers need not wait for the ledger to recover.
  // Later ones may succeed.
  private void failAll(List<Entry> batch, Throwable why) {
    List<Entry> failed = new ArrayList<>(batch);
    synchronized (this) {
      failed.addAll(waiting);
    }
    failed.forEach(entry -> fail(entry, why));
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized void pause() throws InterruptedException {
    if (!closed) {
      TimeUnit.NANOSECONDS.timedWait(this, TRY_AGAIN.toNanos());
    }
  }

  private void done(List<Entry> batch) {
    settle(batch);
    batch.forEach(Entry::settle);
  }

  private synchronized void settle(List<Entry> batch) {
    Map<EventLog, Long> archived = new HashMap<>();
    for (Entry entry : batch) {
      forget(entry);
      if (entry.written != null) {
        entry.written.complete(null);
      }
      if (entry.log != null
          && entry.record instanceof TurnRecord.EventRecorded event
          && !isCutOff(event)) {
        archived.put(entry.log, event.seq());
      }
    }
    archived.forEach(EventLog::archived);
  }

  private static void fail(Entry entry) {
    fail(entry, new StoreException("the ledger is closed", null));
    entry.settle();
  }

  private static void fail(Entry entry, Throwable why) {
    if (entry.written != null) {
      entry.written.completeExceptionally(why);
    }
  }

  /** Writes what is left and ends the thread. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

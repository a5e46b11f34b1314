package com.clawdforge.core.session;

import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.error.UnwritableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings what happens in turns to the ledger, on one thread and in batches, so that neither an
 * agent nor a reader waits for the disk and many turns share one commit. Everything is kept in
 * order, and kept until the ledger has taken it.
 */
final class TurnJournal implements AutoCloseable {
  private static final System.Logger log = System.getLogger(TurnJournal.class.getName());

  /** How long an event may wait for company; the end of a turn does not wait. */
  private static final Duration GATHER = Duration.ofMillis(50);

  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  /** When the ledger takes nothing for long, events are given up first. */
  private static final long MAX_WAITING_BYTES = 256L << 20;

  private final TurnStore store;
  private final Thread writer;
  private List<Entry> waiting = new ArrayList<>();
  private final Set<String> cutOff = new HashSet<>();
  private long waitingBytes;
  private boolean urgent;
  private boolean closed;
  private boolean ended;

  private record Entry(TurnRecord record, @Nullable CompletableFuture<@Nullable Void> written) {
    long bytes() {
      return record instanceof TurnRecord.EventRecorded said
          ? said.event().json().length + 64L
          : 256;
    }
  }

  TurnJournal(TurnStore store) {
    this.store = store;
    this.writer = Thread.ofPlatform().daemon().name("turn-journal").start(this::write);
  }

  /** Returns at once; it will be written soon. */
  void add(TurnRecord record) {
    add(new Entry(record, null), false);
  }

  /**
   * Returns at once. Done when the record, and all that were added before, are on disk; fails with
   * what the store threw, and then it will be tried again all the same.
   */
  CompletableFuture<@Nullable Void> addUrgently(TurnRecord record) {
    CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
    add(new Entry(record, written), true);
    return written;
  }

  private synchronized void add(Entry entry, boolean now) {
    if (givenUp(entry.record)) {
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

  // Of a turn that has lost an event all later ones go too, so that those in the ledger have no
  // gap.
  private boolean givenUp(TurnRecord record) {
    return switch (record) {
      case TurnRecord.EventRecorded said -> {
        String turn = turn(said.sessionId(), said.index());
        if (waitingBytes > MAX_WAITING_BYTES && cutOff.add(turn)) {
          log.log(
              System.Logger.Level.ERROR, "the ledger takes nothing: turn {0} loses events", turn);
        }
        yield cutOff.contains(turn);
      }
      case TurnRecord.Ended ended -> {
        cutOff.remove(turn(ended.turn().sessionId(), ended.turn().index()));
        yield false;
      }
      case TurnRecord.Started started -> false;
      case TurnRecord.PromptAccepted taken -> false;
    };
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
        if (written(batch)) {
          batch = List.of();
        } else if (!pause()) {
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

  // Empty when it is closed and nothing is left.
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

  // Whether nothing of the batch is left to write.
  private boolean written(List<Entry> batch) {
    try {
      store.record(batch.stream().filter(this::wanted).map(Entry::record).toList());
      batch.forEach(TurnJournal::done);
      return true;
    } catch (RuntimeException | Error e) {
      if (UnwritableException.mayRecover(e)) {
        log.log(System.Logger.Level.ERROR, "turns cannot be recorded; trying again", e);
        failAll(batch, e);
        return false;
      }
      return batch.size() == 1 ? lost(batch.getFirst(), e) : writtenOneByOne(batch);
    }
  }

  // One record that can never be written must not hold up those of all sessions. What was written
  // already may be given again.
  private boolean writtenOneByOne(List<Entry> batch) {
    return batch.stream().allMatch(entry -> written(List.of(entry)));
  }

  private synchronized boolean wanted(Entry entry) {
    return !(entry.record instanceof TurnRecord.EventRecorded event
        && cutOff.contains(turn(event.sessionId(), event.index())));
  }

  private synchronized boolean lost(Entry entry, Throwable why) {
    log.log(System.Logger.Level.ERROR, "a record of a turn cannot be written and is lost", why);
    if (entry.record instanceof TurnRecord.EventRecorded event) {
      cutOff.add(turn(event.sessionId(), event.index()));
    }
    fail(entry, why);
    return true;
  }

  private static String turn(String sessionId, int index) {
    return sessionId + "." + index;
  }

  // Also fails records queued since, so their callers need not wait for the ledger to recover. Not
  // later ones: by then it may have.
  private void failAll(List<Entry> batch, Throwable why) {
    List<Entry> failed = new ArrayList<>(batch);
    synchronized (this) {
      failed.addAll(waiting);
    }
    failed.forEach(entry -> fail(entry, why));
  }

  // Whether to try again.
  private synchronized boolean pause() throws InterruptedException {
    if (!closed) {
      TimeUnit.NANOSECONDS.timedWait(this, TRY_AGAIN.toNanos());
      return true;
    }
    return false;
  }

  private static void done(Entry entry) {
    if (entry.written != null) {
      entry.written.complete(null);
    }
  }

  private static void fail(Entry entry) {
    fail(entry, new StoreException("the ledger is closed", null));
  }

  private static void fail(Entry entry, Throwable why) {
    if (entry.written != null) {
      entry.written.completeExceptionally(why);
    }
  }

  /** Writes what is left and ends. */
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

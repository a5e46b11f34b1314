package com.clawdforge.http.logging;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * Writes on a thread of its own, so that a reader that stops (a terminal after Ctrl-S, a stuck
 * collector) stops no work. What the reader has not taken waits, up to a number of bytes; then
 * whole lines are dropped and counted. Safe for any thread; no method but {@link #settle} waits.
 */
final class QueuedStream extends OutputStream {
  private static final byte[] LINE_BREAK = {'\n'};

  private final OutputStream out;
  private final int room;
  private final LongConsumer lost;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private boolean writing;
  // The last bytes that were taken ended in the middle of a line.
  private boolean midLine;
  private boolean dropping;
  private long untold;
  private long dropped;

  /**
   * Starts the thread, which ends with the JVM.
   *
   * @param room how many bytes may wait
   * @param lost told how many lines were dropped, once there is room again; called on the thread
   *     that writes
   */
  QueuedStream(OutputStream out, int room, LongConsumer lost) {
    this.out = out;
    this.room = room;
    this.lost = lost;
    Thread.ofPlatform().daemon().name("log").start(this::writeAll);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return;
    }
    boolean endsLine = bytes[offset + length - 1] == '\n';
    lock.lock();
    try {
      if (dropping || waitingBytes + length > room) {
        drop(endsLine);
      } else {
        byte[] taken = new byte[length];
        System.arraycopy(bytes, offset, taken, 0, length);
        add(taken);
        midLine = !endsLine;
      }
    } finally {
      lock.unlock();
    }
  }

  // The rest of a line goes with the piece that had no room, so that no two lines become one.
  private void drop(boolean endsLine) {
    if (!dropping && midLine) {
      add(LINE_BREAK);
      midLine = false;
    }
    dropping = !endsLine;
    if (endsLine) {
      untold++;
      dropped++;
    }
  }

  private void add(byte[] bytes) {
    waiting.add(bytes);
    waitingBytes += bytes.length;
    changed.signalAll();
  }

  /** How many lines were dropped so far. */
  long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all that was written has reached the reader, but no longer than this. */
  void settle(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lock();
    try {
      while ((writing || !waiting.isEmpty()) && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Does nothing: the thread flushes whatever it writes. */
  @Override
  public void flush() {}

  private void writeAll() {
    while (true) {
      byte[] next = next();
      try {
        out.write(next);
        out.flush();
      } catch (IOException e) {
        // Nobody reads any more, and there is no other place to say so.
      }
      long tell = written();
      if (tell > 0) {
        lost.accept(tell);
      }
    }
  }

  private byte[] next() {
    lock.lock();
    try {
      while (waiting.isEmpty()) {
        changed.awaitUninterruptibly();
      }
      writing = true;
      byte[] next = waiting.remove();
      waitingBytes -= next.length;
      return next;
    } finally {
      lock.unlock();
    }
  }

  private long written() {
    lock.lock();
    try {
      writing = false;
      changed.signalAll();
      long tell = waiting.isEmpty() ? untold : 0;
      untold -= tell;
      return tell;
    } finally {
      lock.unlock();
    }
  }
}

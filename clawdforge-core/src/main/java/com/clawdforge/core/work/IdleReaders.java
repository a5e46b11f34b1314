package com.clawdforge.core.work;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Wakes the readers of all logs about once a second, so that they can tell how long nothing has
 * come. With a timer of its own for each wait, a reader of a busy log would set and take back one
 * for each event, on a thread that all readers share; that cost more than the event. Its one thread
 * is a daemon and sleeps while nobody reads.
 */
final class IdleReaders {
  /** How late a reader may find that its time is up. */
  static final Duration LATEST = Duration.ofSeconds(1);

  private static final IdleReaders ALL = new IdleReaders();

  private final Set<EventLog> read = ConcurrentHashMap.newKeySet();

  private IdleReaders() {
    Thread.ofPlatform().daemon().name("idle-readers").start(this::wake);
  }

  /** Has a log's readers woken until {@link #remove}. */
  static void add(EventLog log) {
    if (ALL.read.add(log)) {
      synchronized (ALL) {
        ALL.notifyAll();
      }
    }
  }

  static void remove(EventLog log) {
    ALL.read.remove(log);
  }

  private void wake() {
    try {
      while (true) {
        awaitLogs();
        Thread.sleep(LATEST);
        read.forEach(EventLog::wakeReaders);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  private synchronized void awaitLogs() throws InterruptedException {
    while (read.isEmpty()) {
      wait();
    }
  }
}

package com.clawdforge.core.session;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Wakes those who follow sessions when something has happened in one. It does not say what: they
 * look themselves. Safe for any thread.
 */
final class SessionNews {
  private final Map<String, Topic> followed = new ConcurrentHashMap<>();
  private final Map<String, Integer> unwritten = new ConcurrentHashMap<>();

  /** The news of one session. It is closed when its follower leaves. */
  final class Topic implements AutoCloseable {
    private final String sessionId;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long version;
    private int followers;

    private Topic(String sessionId) {
      this.sessionId = sessionId;
    }

    /** Read it before looking, and wait for a later one if there was nothing. */
    long version() {
      lock.lock();
      try {
        return version;
      } finally {
        lock.unlock();
      }
    }

    /** Waits for news after a version; returns false if none came in time. */
    boolean await(long seen, Duration atMost) throws InterruptedException {
      lock.lockInterruptibly();
      try {
        long left = atMost.toNanos();
        while (version == seen && left > 0) {
          left = changed.awaitNanos(left);
        }
        return version != seen;
      } finally {
        lock.unlock();
      }
    }

    private void tell() {
      lock.lock();
      try {
        version++;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      followed.computeIfPresent(sessionId, (id, topic) -> --topic.followers == 0 ? null : topic);
    }
  }

  Topic follow(String sessionId) {
    return followed.compute(
        sessionId,
        (id, known) -> {
          Topic topic = known == null ? new Topic(id) : known;
          topic.followers++;
          return topic;
        });
  }

  /** Something has happened in a session. */
  void tell(String sessionId) {
    @Nullable Topic topic = followed.get(sessionId);
    if (topic != null) {
      topic.tell();
    }
  }

  /** Something has happened that may concern all sessions. */
  void tellAll() {
    followed.values().forEach(Topic::tell);
  }

  /** A message between turns is on its way to the ledger. */
  void sent(String sessionId) {
    unwritten.merge(sessionId, 1, Integer::sum);
  }

  /** A message that was {@link #sent} is there, or lost. */
  void written(String sessionId) {
    unwritten.computeIfPresent(sessionId, (id, count) -> count == 1 ? null : count - 1);
    tell(sessionId);
  }

  /** Whether the ledger has all messages that were sent between turns so far. */
  boolean allWritten(String sessionId) {
    return !unwritten.containsKey(sessionId);
  }
}

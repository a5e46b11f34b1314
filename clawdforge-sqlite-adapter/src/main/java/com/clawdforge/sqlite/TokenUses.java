package com.clawdforge.sqlite;

import com.clawdforge.core.error.StoreException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records on its own thread when tokens were last used. While one batch is written the next one
 * gathers, with one time per token, so that many uses cost as little as one.
 */
final class TokenUses implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TokenUses.class);

  private final Database database;
  private final Thread writer;
  // Guarded by this, like the next two.
  private Map<String, Instant> pending = new HashMap<>();
  private boolean writing;
  private boolean closed;

  TokenUses(Database database) {
    this.database = database;
    this.writer = Thread.ofPlatform().name("clawdforge-token-uses").daemon().start(this::work);
  }

  synchronized void note(String tokenId, Instant when) {
    if (!closed) {
      pending.merge(tokenId, when, (known, other) -> known.isAfter(other) ? known : other);
      notifyAll();
    }
  }

  /** Waits until everything noted so far is written or has failed. */
  synchronized void await() {
    try {
      while (writing || !pending.isEmpty()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what was noted so far and ends the thread. Idempotent. */
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

  private void work() {
    try {
      for (Map<String, Instant> batch = next(); !batch.isEmpty(); batch = next()) {
        write(batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the next batch, or an empty one at the end. */
  private synchronized Map<String, Instant> next() throws InterruptedException {
    writing = false;
    notifyAll();
    while (pending.isEmpty() && !closed) {
      wait();
    }
    Map<String, Instant> batch = pending;
    pending = new HashMap<>();
    writing = !batch.isEmpty();
    return batch;
  }

  private void write(Map<String, Instant> batch) {
    try {
      database.write(
          handle -> {
            PreparedBatch updates =
                handle.prepareBatch(
                    """
                    UPDATE tokens SET last_used_at = :when
                    WHERE id = :id AND (last_used_at IS NULL OR last_used_at < :when)
                    """);
            batch.forEach(
                (id, when) -> updates.bind("id", id).bind("when", when.toEpochMilli()).add());
            return updates.execute();
          });
    } catch (StoreException e) {
      // This only informs people; other writes report the fault to their callers.
      LOG.warn("the last use of {} tokens is not recorded", batch.size(), e);
    }
  }
}

package com.clawdforge.client.internal.http;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** The streams and futures of a client that are not over yet. Thread-safe. */
public final class InFlightWork {
  private final Set<EventBody> streams = ConcurrentHashMap.newKeySet();
  private final Map<Object, CompletableFuture<?>> work = new ConcurrentHashMap<>();
  private volatile boolean closing;

  public boolean isClosing() {
    return closing;
  }

  /**
   * Refuses new work once the client is closed.
   *
   * @throws IllegalStateException if it is
   */
  public void checkOpen() {
    if (closing) {
      throw new IllegalStateException("the client is closed");
    }
  }

  /** Adds work that proceeds by itself; {@link #close} waits for it. */
  public void add(CompletableFuture<?> ended) {
    Object key = new Object();
    work.put(key, ended);
    Futures.onEnd(ended, (result, failed) -> work.remove(key));
    if (closing) {
      work.remove(key);
      checkOpen();
    }
  }

  /** Adds a stream; {@link #close} ends it, as the app may never read it to its end. */
  public void add(EventBody stream) {
    streams.add(stream);
    if (closing) {
      stream.close();
    }
  }

  public void remove(EventBody stream) {
    streams.remove(stream);
  }

  /** Ends the streams and waits for the other work; an interrupt ends the waiting. */
  void close() {
    closing = true;
    streams.forEach(EventBody::close);
    streams.clear();
    try {
      var unused =
          CompletableFuture.allOf(work.values().toArray(CompletableFuture<?>[]::new)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of work completes normally", e);
    }
  }
}

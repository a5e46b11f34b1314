package com.clawdforge.client;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** What a client must see to when it is closed. For any thread. */
final class UnderWay {
  private final Set<EventBody> streams = ConcurrentHashMap.newKeySet();
  private final Map<Object, CompletableFuture<?>> work = new ConcurrentHashMap<>();
  private volatile boolean closing;

  boolean isClosing() {
    return closing;
  }

  /** Refuses what begins after the closing. */
  void checkOpen() {
    if (closing) {
      throw new IllegalStateException("the client is closed");
    }
  }

  /** Work that goes on by itself; it is waited for. */
  void add(CompletableFuture<?> ended) {
    Object key = new Object();
    work.put(key, ended);
    Futures.onEnd(ended, (result, failed) -> work.remove(key));
    if (closing) {
      work.remove(key);
      checkOpen();
    }
  }

  /** A stream that goes on as long as the app reads it, which may be never. */
  void add(EventBody stream) {
    streams.add(stream);
    if (closing) {
      stream.close();
    }
  }

  void remove(EventBody stream) {
    streams.remove(stream);
  }

  /** Ends the streams, and waits for the other work; not on an interrupt. */
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
      throw new IllegalStateException("the end of work only ever comes", e);
    }
  }
}

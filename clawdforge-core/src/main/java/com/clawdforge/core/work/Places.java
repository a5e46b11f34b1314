package com.clawdforge.core.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A bounded number of places, granted in order of arrival, with a bounded queue. Safe for any
 * thread.
 */
public final class Places {
  private final int places;
  private final int maxWaiting;
  private final Deque<Place> waiting = new ArrayDeque<>();
  private int free;

  public Places(int places, int maxWaiting) {
    this.places = places;
    this.free = places;
    this.maxWaiting = maxWaiting;
  }

  /** A free place, or one in the queue; empty when the queue is full. */
  public synchronized Optional<Place> ask() {
    Place place = new Place();
    if (free > 0) {
      free--;
      place.granted.complete(true);
    } else if (waiting.size() < maxWaiting) {
      waiting.add(place);
    } else {
      return Optional.empty();
    }
    return Optional.of(place);
  }

  /** How many places are taken now. */
  public synchronized int taken() {
    return places - free;
  }

  private synchronized void handOn() {
    while (!waiting.isEmpty()) {
      if (waiting.remove().granted.complete(true)) {
        return;
      }
    }
    free++;
  }

  private synchronized void forget(Place place) {
    waiting.remove(place);
  }

  /** A claim to a place: awaited once, and closed in any case. */
  public final class Place implements AutoCloseable {
    // True: granted. False: given up. The first completion decides.
    private final CompletableFuture<Boolean> granted = new CompletableFuture<>();
    private boolean closed;

    /** Waits for the place; false if the time passed or the claim was given up first. */
    public boolean await(Duration atMost) throws InterruptedException {
      try {
        return granted.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        return !granted.complete(false) && granted.getNow(false);
      } catch (ExecutionException e) {
        throw new IllegalStateException("a place is never completed with an error", e);
      }
    }

    /** Whether the place is granted now. */
    public boolean granted() {
      return granted.getNow(false);
    }

    /** Gives up the wait, if it still lasts. */
    public void giveUp() {
      granted.complete(false);
    }

    @Override
    public void close() {
      granted.complete(false);
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      if (granted.getNow(false)) {
        handOn();
      } else {
        forget(this);
      }
    }
  }
}

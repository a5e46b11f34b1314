package com.clawdforge.core.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of places with a bounded queue. An owner's claims are granted in order of
 * arrival; {@link Owners} says whose is next. Safe for any thread.
 */
public final class Places {
  private static final String NOBODY = "";
  private static final Comparator<Rank> FIRST =
      Comparator.comparingInt(Rank::here)
          .thenComparingInt(Rank::everywhere)
          .thenComparingLong(Rank::lastGrant);

  private final int places;
  private final int maxWaiting;
  private final boolean shared;
  private final Owners owners;
  private final Map<String, Line> lines = new LinkedHashMap<>();
  private int waiting;
  private int free;

  // How many of these places each owner has, if any.
  private final Map<String, Integer> taken = new HashMap<>();

  /** The waiting claims of one owner. */
  private record Line(Owners.Owner owner, Deque<Place> claims) {}

  /** Places that all belong to one owner, who may take the whole queue. */
  public Places(int places, int maxWaiting) {
    this(places, maxWaiting, false, new Owners());
  }

  /**
   * Places that are shared fairly between their owners.
   *
   * @param maxWaiting how many claims wait at most. One owner's are never more than the places in
   *     the queue that are left for others, so that half of it is left to them however many it asks
   *     for
   */
  public Places(int places, int maxWaiting, Owners owners) {
    this(places, maxWaiting, true, owners);
  }

  private Places(int places, int maxWaiting, boolean shared, Owners owners) {
    this.places = places;
    this.free = places;
    this.maxWaiting = maxWaiting;
    this.shared = shared;
    this.owners = owners;
    owners.add(this);
  }

  /** A free place, or one in the queue; empty when the queue is full. */
  public Optional<Place> ask() {
    return ask(NOBODY, () -> Integer.MAX_VALUE);
  }

  /**
   * A free place for an owner, or one in the queue; empty when its part of the queue is full.
   *
   * @param most how many places the owner may have at once, those of other {@link Places} of the
   *     same {@link Owners} included; asked for with the monitor held, so that {@link Owners#limit}
   *     comes either before or after it
   */
  public Optional<Place> ask(String id, IntSupplier most) {
    synchronized (owners) {
      Owners.Owner owner = owners.claim(id, most.getAsInt());
      Place place = new Place(id, owner);
      // Whoever may have a place has been given it: if one is free, nobody else waits for it.
      if (free > 0 && owner.mayHaveMore()) {
        place.granted.complete(true);
        granted(place);
      } else if (hasRoomInQueue(id)) {
        lines.computeIfAbsent(id, unknown -> new Line(owner, new ArrayDeque<>())).claims.add(place);
        waiting++;
      } else {
        owners.drop(id, owner);
        return Optional.empty();
      }
      return Optional.of(place);
    }
  }

  private boolean hasRoomInQueue(String id) {
    @Nullable Line line = lines.get(id);
    int own = shared && line != null ? line.claims.size() : 0;
    return own < maxWaiting - waiting;
  }

  /** Whether an owner would have to wait for a place now. */
  public boolean mustWait(String id) {
    synchronized (owners) {
      return free == 0 || owners.full(id);
    }
  }

  /** How many places are taken now. */
  public int taken() {
    synchronized (owners) {
      return places - free;
    }
  }

  /** Gives free places to waiting claims; call with the monitor of the owners. */
  void offer() {
    while (free > 0) {
      @Nullable Line next = next();
      if (next == null) {
        return;
      }
      Place place = next.claims.remove();
      waiting--;
      if (next.claims.isEmpty()) {
        lines.remove(place.id);
      }
      if (place.granted.complete(true)) {
        granted(place);
      }
    }
  }

  private void granted(Place place) {
    free--;
    taken.merge(place.id, 1, Integer::sum);
    owners.granted(place.owner);
  }

  private @Nullable Line next() {
    Line best = null;
    for (Line line : lines.values()) {
      if (line.owner.mayHaveMore() && (best == null || FIRST.compare(rank(line), rank(best)) < 0)) {
        best = line;
      }
    }
    return best;
  }

  // Those of other places count less: else an owner with long turns would get no place for a run.
  private Rank rank(Line line) {
    String id = line.claims.element().id;
    return new Rank(taken.getOrDefault(id, 0), line.owner.running, line.owner.lastGrant);
  }

  private record Rank(int here, int everywhere, long lastGrant) {}

  /** A claim to a place: awaited once, and closed in any case. */
  public final class Place implements AutoCloseable {
    private final String id;
    private final Owners.Owner owner;
    // True: granted. False: given up. The first completion decides.
    private final CompletableFuture<Boolean> granted = new CompletableFuture<>();
    private boolean closed;

    private Place(String id, Owners.Owner owner) {
      this.id = id;
      this.owner = owner;
    }

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
      synchronized (owners) {
        if (closed) {
          return;
        }
        closed = true;
        if (granted.getNow(false)) {
          free++;
          taken.merge(id, -1, Integer::sum);
          taken.remove(id, 0);
          owner.running--;
        } else {
          forget();
        }
        owners.drop(id, owner);
        owners.offerAll();
      }
    }

    private void forget() {
      @Nullable Line line = lines.get(id);
      // A claim that was given up may have been passed over already.
      if (line != null && line.claims.remove(this)) {
        waiting--;
        if (line.claims.isEmpty()) {
          lines.remove(id);
        }
      }
    }
  }
}

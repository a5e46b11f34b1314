package com.clawdforge.core.work;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who has how many places, over several {@link Places}. A free place goes to the owner that has the
 * fewest of its kind, among those to the one that has the fewest of all kinds, and among those to
 * the one that was given one longest ago. Its monitor guards all of these {@link Places}, because a
 * place that is given back in one of them may let an owner have one in another. Safe for any
 * thread.
 */
public final class Owners {
  private final Map<String, Owner> owners = new HashMap<>();
  private final List<Places> all = new ArrayList<>();
  private long grants;

  /** An owner of places or of claims to them; guarded by the monitor of {@link Owners}. */
  static final class Owner {
    int running;
    int claims;
    int most = Integer.MAX_VALUE;
    long lastGrant;

    boolean mayHaveMore() {
      return running < most;
    }
  }

  /**
   * All owners in numbers.
   *
   * @param working how many have a place
   * @param waiting how many wait for one
   * @param limited how many of those wait because they have as many as they may have
   * @param mostPlaces the places of the one that has the most
   */
  public record Crowd(int working, int waiting, int limited, int mostPlaces) {}

  synchronized void add(Places places) {
    all.add(places);
  }

  /** Returns the owner for one more claim, which must be {@link #drop}ped. */
  Owner claim(String id, int most) {
    Owner owner = owners.computeIfAbsent(id, unknown -> new Owner());
    owner.claims++;
    owner.most = most;
    return owner;
  }

  void drop(String id, Owner owner) {
    owner.claims--;
    if (owner.claims == 0) {
      owners.remove(id);
    }
  }

  void granted(Owner owner) {
    owner.running++;
    owner.lastGrant = ++grants;
  }

  /** Gives free places to whoever may have them. */
  void offerAll() {
    all.forEach(Places::offer);
  }

  /** Sets how many places an owner may have at once. Places that it has are not taken from it. */
  public synchronized void limit(String id, int most) {
    @Nullable Owner owner = owners.get(id);
    if (owner != null) {
      owner.most = most;
      offerAll();
    }
  }

  /** How many places an owner has now. */
  public synchronized int running(String id) {
    @Nullable Owner owner = owners.get(id);
    return owner == null ? 0 : owner.running;
  }

  /** How many places an owner waits for. */
  public synchronized int waiting(String id) {
    @Nullable Owner owner = owners.get(id);
    return owner == null ? 0 : owner.claims - owner.running;
  }

  /** Counts the owners. */
  public synchronized Crowd crowd() {
    int working = 0;
    int waiting = 0;
    int limited = 0;
    int most = 0;
    for (Owner owner : owners.values()) {
      boolean waits = owner.claims > owner.running;
      working += owner.running > 0 ? 1 : 0;
      waiting += waits ? 1 : 0;
      limited += waits && !owner.mayHaveMore() ? 1 : 0;
      most = Math.max(most, owner.running);
    }
    return new Crowd(working, waiting, limited, most);
  }

  /** Whether an owner has as many places as it may have. */
  public synchronized boolean full(String id) {
    @Nullable Owner owner = owners.get(id);
    return owner != null && !owner.mayHaveMore();
  }
}

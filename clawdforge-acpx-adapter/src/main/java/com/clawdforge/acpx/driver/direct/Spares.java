package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.agent.AgentLaunch;
import com.clawdforge.acpx.agent.AgentProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The adapters that are kept ready without a session, and those that should be. Guarded by the
 * monitor of its {@link HostPool}.
 */
final class Spares {
  /** Of those that are kept for one owner each. */
  private static final int MOST = 4;

  private final Map<HostPool.Key, Wanted> wanted = new HashMap<>();
  private final Map<HostPool.Key, HostPool.Place> ready = new HashMap<>();

  /**
   * An adapter that should be ready.
   *
   * @param key of the sessions that ask for one
   * @param since when one was asked for or taken last, as {@link System#nanoTime}
   */
  record Wanted(HostPool.Key key, AgentProfile profile, AgentLaunch.Found launch, long since) {
    private Wanted at(long now) {
      return new Wanted(key, profile, launch, now);
    }
  }

  /**
   * Has one be kept ready from now on.
   *
   * @param spareKey of the sessions that it may serve
   */
  void want(HostPool.Key spareKey, Wanted it) {
    wanted.put(spareKey, it);
  }

  /** One has failed: none is kept until it is asked for again. */
  void unwant(HostPool.Key spareKey) {
    wanted.remove(spareKey);
  }

  /** Hands out the one that is ready, which may have died; null if there is none. */
  HostPool.@Nullable Place take(HostPool.Key spareKey, long now) {
    wanted.computeIfPresent(spareKey, (same, it) -> it.at(now));
    return ready.remove(spareKey);
  }

  /** Takes out the one that is ready if it has died; null if it has not, or there is none. */
  HostPool.@Nullable Place takeDead(HostPool.Key spareKey) {
    HostPool.@Nullable Place spare = ready.get(spareKey);
    return spare == null || spare.host().isAlive() ? null : ready.remove(spareKey);
  }

  void put(HostPool.Key spareKey, HostPool.Place spare) {
    ready.put(spareKey, spare);
  }

  /** Whether there is nothing to do for {@link #surplus} and {@link #missing}. */
  boolean isEmpty() {
    return wanted.isEmpty() && ready.isEmpty();
  }

  /** Those that are wanted and not ready, by the key of the sessions that they may serve. */
  Map<HostPool.Key, Wanted> missing() {
    Map<HostPool.Key, Wanted> missing = new HashMap<>(wanted);
    missing.keySet().removeAll(ready.keySet());
    missing.keySet().stream().skip(MOST - ready.size()).toList().forEach(missing::remove);
    return missing;
  }

  /**
   * Takes out those that are dead or of no use any more.
   *
   * @param none whether none may be kept for now
   * @param oldest those that were last asked for before this are not wanted any more
   */
  List<HostPool.Place> surplus(boolean none, long oldest) {
    wanted.values().removeIf(it -> it.since() - oldest < 0);
    List<HostPool.Place> surplus = new ArrayList<>();
    ready
        .entrySet()
        .removeIf(
            spare -> {
              boolean dead = !spare.getValue().host().isAlive();
              if (dead) {
                unwant(spare.getKey());
              }
              boolean useless = dead || none || !wanted.containsKey(spare.getKey());
              return useless && surplus.add(spare.getValue());
            });
    return surplus;
  }

  /** The spares that there are now. */
  List<HostPool.Place> ready() {
    return List.copyOf(ready.values());
  }

  /** Takes out all. */
  List<HostPool.Place> clear() {
    List<HostPool.Place> all = ready();
    ready.clear();
    wanted.clear();
    return all;
  }
}

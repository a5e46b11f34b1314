package com.clawdforge.acpx.driver.direct;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The sessions that adapters have open, by the sessions' ids. Safe for any thread. */
final class LoadedSessions {
  private static final CompletableFuture<?> DONE = CompletableFuture.completedFuture(null);

  private final Map<String, LoadedSession> loaded = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<?>> unloading = new ConcurrentHashMap<>();

  /** A session for a turn, which keeps it from being closed as idle; null if it is not loaded. */
  @Nullable LoadedSession claim(String sessionId) {
    return loaded.computeIfPresent(
        sessionId,
        (id, session) -> {
          session.claim();
          return session;
        });
  }

  void put(String sessionId, LoadedSession session) {
    loaded.put(sessionId, session);
  }

  List<String> ids() {
    return List.copyOf(loaded.keySet());
  }

  /**
   * Has the adapter close a session.
   *
   * @return completes once the session can be loaded again; at once if it is not loaded
   */
  CompletableFuture<?> unload(String sessionId) {
    loaded.computeIfPresent(sessionId, (id, session) -> close(id, session));
    return unloading.getOrDefault(sessionId, DONE);
  }

  /**
   * Closes the sessions that have had no turn for some time.
   *
   * @param busy whether a session, by its id, has a turn
   */
  void unloadIdle(Duration idle, Predicate<String> busy) {
    for (String id : ids()) {
      loaded.computeIfPresent(
          id,
          (same, session) ->
              busy.test(id) || (session.usable() && !session.idleFor(idle))
                  ? session
                  : close(id, session));
    }
  }

  // Null, to be computed in its place.
  private @Nullable LoadedSession close(String sessionId, LoadedSession session) {
    await(sessionId, session.unload());
    return null;
  }

  /** Has a session not be loaded again before something of its past is over. */
  void await(String sessionId, CompletableFuture<?> closed) {
    unloading.put(sessionId, closed);
    CompletableFuture<?> unused =
        closed.whenComplete((done, failure) -> unloading.remove(sessionId, closed));
  }

  /** Closes all of them, and waits. */
  void unloadAll() {
    List<CompletableFuture<?>> all = new ArrayList<>();
    ids().forEach(id -> all.add(unload(id)));
    all.forEach(CompletableFuture::join);
  }
}

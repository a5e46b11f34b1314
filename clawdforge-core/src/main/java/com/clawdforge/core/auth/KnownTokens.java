package com.clawdforge.core.auth;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Live tokens by the hash of their secret, so that not every request asks the store. It forgets all
 * of them whenever one changes: a token that was looked up before a change, and would be put here
 * after it, is not. Safe for any thread.
 */
final class KnownTokens {
  private static final int MOST = 10_000;

  // Every change of a token passes through here, and few tokens are in use: forgetting all is
  // simple, and cannot forget the wrong one.
  private final Map<String, AppToken> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, AppToken> eldest) {
          return size() > MOST;
        }
      };
  private long changes;

  /** The live token with this hash, from here or else from the store. */
  Optional<AppToken> find(String hash, Supplier<Optional<AppToken>> store) {
    long before;
    synchronized (this) {
      AppToken token = known.get(hash);
      if (token != null) {
        return Optional.of(token);
      }
      before = changes;
    }
    Optional<AppToken> found = store.get();
    found.ifPresent(token -> put(hash, token, before));
    return found;
  }

  private synchronized void put(String hash, AppToken token, long before) {
    if (changes == before) {
      known.put(hash, token);
    }
  }

  /** Notes when a token that is known here was used; all else of it may be newer here. */
  synchronized void used(String hash, String id, Instant when) {
    known.computeIfPresent(
        hash, (same, token) -> token.id().equals(id) ? token.usedAt(when) : token);
  }

  /** Call after a change of a token is in the store, and before it is told to anybody. */
  synchronized void forget() {
    changes++;
    known.clear();
  }
}

package com.clawdforge.core.session;

import org.junit.jupiter.api.Nested;

final class InMemorySessionStoreTest {
  @Nested
  final class Sessions extends SessionStoreContract {
    private final SessionStore store = new InMemorySessionStore();

    @Override
    protected SessionStore store() {
      return store;
    }
  }

  @Nested
  final class Turns extends TurnStoreContract {
    private final SessionStore store = new InMemorySessionStore();

    @Override
    protected SessionStore store() {
      return store;
    }
  }

  @Nested
  final class Trail extends SessionTrailContract {
    private final SessionStore store = new InMemorySessionStore();

    @Override
    protected SessionStore store() {
      return store;
    }
  }
}

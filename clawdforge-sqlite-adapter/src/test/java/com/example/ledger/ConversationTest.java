package com.example.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.MutableClock;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.file.InMemoryFileStore;
import com.clawdforge.core.session.InMemorySessionStore;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.SessionLimits;
import com.clawdforge.core.session.SessionRequest;
import com.clawdforge.core.session.SessionService;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnRequest;
import com.clawdforge.core.session.TurnService;
import com.clawdforge.core.work.WorkObserver;
import com.clawdforge.core.work.WorkState;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Uses the core's fakes from a package outside clawdforge. */
final class ConversationTest {
  private static final Caller APP = new Caller("token-1", "my-app");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final SessionLimits LIMITS =
      new SessionLimits(
          Set.of("claude"), "claude", 1_000_000, 4, 2, 2, HOUR, HOUR, HOUR, HOUR, false);

  @Test
  void a_turn_is_answered_and_recorded() throws Exception {
    MutableClock clock = new MutableClock(Instant.parse("2026-01-02T03:04:05Z"));
    InMemorySessionStore store = new InMemorySessionStore();
    FakeAgentRunner agents =
        FakeAgentRunner.scriptedTurns((session, prompt) -> FakeRun.turn("heard " + prompt.text()));
    FileService files = new FileService(new InMemoryFileStore(), clock, new SecureRandom(), 1_000);
    try (TurnService turns =
            new TurnService(store, store, store, agents, files, LIMITS, clock, WorkObserver.NONE);
        agents) {
      SessionService sessions =
          new SessionService(store, agents, turns, LIMITS, clock, () -> "session-1");
      SessionRequest wanted =
          new SessionRequest(null, null, null, null, null, false, null, "{}", null);
      Session session = sessions.open(APP, wanted).session();

      TurnRequest hello = new TurnRequest("hello", List.of(), HOUR, true, null, "request-1");
      Turn turn = turns.start(APP, session.id(), hello).await();

      assertEquals(WorkState.COMPLETED, turn.state());
      assertEquals(2, store.events(session.id(), turn.index(), 0, Long.MAX_VALUE).size());
    }
  }
}

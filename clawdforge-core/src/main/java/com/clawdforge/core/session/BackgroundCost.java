package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.error.StoreException;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;

/** The cost of a session's background work between turns. */
final class BackgroundCost {
  private static final System.Logger log = System.getLogger(BackgroundCost.class.getName());

  private BackgroundCost() {}

  /**
   * Records the cost since the last turn. Call this before the next turn and before the session
   * ends.
   */
  static void record(Session session, AgentSessions agents, SessionStore store, Clock clock) {
    if (!session.terms().background()) {
      return;
    }
    Optional<BigDecimal> spent = agents.takeBackgroundCost(session.forAgent());
    if (spent.isEmpty()) {
      return;
    }
    try {
      store.addBackgroundCost(session.id(), spent.get(), clock.instant());
    } catch (StoreException e) {
      // The turn, or the end of the session, must not fail for this.
      log.log(
          System.Logger.Level.ERROR,
          "session "
              + session.id()
              + ": the cost of background work, "
              + spent.get()
              + " USD, is not recorded",
          e);
    }
  }
}

package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.error.StoreException;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;

/** What a session's agent spends by work of its own, between turns. */
final class BackgroundCost {
  private static final System.Logger log = System.getLogger(BackgroundCost.class.getName());

  private BackgroundCost() {}

  /** Records what has been spent since the last turn; before the next one, and before the end. */
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
      // No reason to do without the turn, or the end.
      log.log(
          System.Logger.Level.ERROR,
          "session " + session.id() + " has spent " + spent.get() + " $ that is not recorded",
          e);
    }
  }
}

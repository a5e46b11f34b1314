package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.share.ModelSpending;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;

/**
 * What a session costs between its turns: its background work, and requests to the model that were
 * under way when a turn ended.
 */
final class BackgroundCost {
  private static final System.Logger log = System.getLogger(BackgroundCost.class.getName());

  private BackgroundCost() {}

  /**
   * Records the cost since the last turn. Call this before the next turn and before the session
   * ends.
   */
  static void record(
      Session session,
      AgentSessions agents,
      ModelSpending models,
      SessionStore store,
      Clock clock) {
    Optional<BigDecimal> said =
        session.terms().background()
            ? agents.takeBackgroundCost(session.forAgent())
            : Optional.empty();
    add(session, models.takeBetweenTurns(session.id(), said.orElse(null)), store, clock);
  }

  /** Records what is left, once the session's agent has ended. */
  static void recordRest(Session session, ModelSpending models, SessionStore store, Clock clock) {
    add(session, models.takeBetweenTurns(session.id(), null), store, clock);
    models.forget(session.id());
  }

  private static void add(Session session, BigDecimal spent, SessionStore store, Clock clock) {
    if (spent.signum() <= 0) {
      return;
    }
    try {
      store.addBackgroundCost(session.id(), spent, clock.instant());
    } catch (StoreException e) {
      // The turn, or the end of the session, must not fail for this.
      log.log(
          System.Logger.Level.ERROR,
          "session "
              + session.id()
              + ": what it has cost between turns, "
              + spent
              + " USD, is not recorded",
          e);
    }
  }
}

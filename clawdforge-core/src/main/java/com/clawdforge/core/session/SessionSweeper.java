package com.clawdforge.core.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Closes sessions that nobody uses, deletes those that are closed for long, and what the audit
 * trail need not remember any more. In small steps: no turn waits for it.
 */
public final class SessionSweeper {
  private static final System.Logger log = System.getLogger(SessionSweeper.class.getName());
  private static final int PAGE = 100;

  private final SessionStore store;
  private final AuditTrail trail;
  private final SessionService sessions;
  private final SessionLimits limits;
  private final Clock clock;

  public SessionSweeper(
      SessionStore store,
      AuditTrail trail,
      SessionService sessions,
      SessionLimits limits,
      Clock clock) {
    this.store = store;
    this.trail = trail;
    this.sessions = sessions;
    this.limits = limits;
    this.clock = Clock.tick(clock, Duration.ofMillis(1));
  }

  /**
   * Does all that is due; returns early when its thread is interrupted or the server shuts down.
   */
  public void sweep() {
    Instant now = clock.instant();
    closeIdle(now.minus(limits.ttl()));
    sessions.releaseLeftovers();
    boolean more = true;
    while (more && mayGoOn()) {
      more = store.deleteClosedBefore(now.minus(limits.hardTtl()), now);
    }
    more = true;
    while (more && mayGoOn()) {
      more = trail.deleteBefore(now.minus(limits.retention()));
    }
  }

  private void closeIdle(Instant quietSince) {
    List<Session> idle = store.idle(quietSince, PAGE);
    while (!idle.isEmpty() && mayGoOn()) {
      boolean closedOne = false;
      for (Session session : idle) {
        if (mayGoOn() && sessions.closeIdle(session, quietSince)) {
          closedOne = true;
          log.log(
              System.Logger.Level.INFO,
              "session {0} of {1} was closed: nobody has used it since {2}",
              session.id(),
              session.appName(),
              quietSince);
        }
      }
      // Those that were used meanwhile are none of the next page.
      idle = closedOne ? store.idle(quietSince, PAGE) : List.of();
    }
  }

  // To end a session takes seconds, and a server that ends waits for what is under way.
  private boolean mayGoOn() {
    return sessions.accepting() && !Thread.currentThread().isInterrupted();
  }
}

package com.clawdforge.core.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Closes idle sessions, deletes long-closed ones and old entries of the audit trail. Works in small
 * steps, so that no turn waits for it.
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
    inSteps(() -> store.deleteClosedBefore(now.minus(limits.hardTtl()), now));
    inSteps(() -> trail.deleteBefore(now.minus(limits.retention())));
  }

  private void inSteps(BooleanSupplier deletion) {
    boolean more = true;
    while (more && mayContinue()) {
      more = deletion.getAsBoolean();
    }
  }

  private void closeIdle(Instant quietSince) {
    List<Session> idle = store.idle(quietSince, PAGE);
    while (!idle.isEmpty() && mayContinue()) {
      boolean closedOne = false;
      for (Session session : idle) {
        if (mayContinue() && sessions.closeIdle(session, quietSince)) {
          closedOne = true;
          log.log(
              System.Logger.Level.INFO,
              "session {0} of {1} was closed: it has been idle since {2}",
              session.id(),
              session.appName(),
              quietSince);
        }
      }
      // Sessions that were used meanwhile are not on the next page.
      idle = closedOne ? store.idle(quietSince, PAGE) : List.of();
    }
  }

  // Ending a session takes seconds, and a server that shuts down waits for it.
  private boolean mayContinue() {
    return sessions.accepting() && !Thread.currentThread().isInterrupted();
  }
}

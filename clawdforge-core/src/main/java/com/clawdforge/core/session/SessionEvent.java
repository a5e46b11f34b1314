package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.work.WorkState;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the audit trail; it outlives the session.
 *
 * @param turnIndex of the turn concerned, or null
 * @param turnState how the turn ended, for {@link Kind#TURN}, else null
 * @param report what the agent reported, without its details, for {@link Kind#TURN}; what it spent,
 *     for {@link Kind#BACKGROUND}; else {@link AgentReport#NONE}
 */
public record SessionEvent(
    String sessionId,
    String tokenId,
    String appName,
    Kind kind,
    Instant at,
    @Nullable Integer turnIndex,
    @Nullable WorkState turnState,
    AgentReport report) {
  public SessionEvent {
    report = report.withoutDetails();
  }

  /** What happened. */
  public enum Kind {
    CREATE,
    /** A turn is over. */
    TURN,
    /** The agent spent something between turns, see {@link SessionTerms#background}. */
    BACKGROUND,
    /** The app asked to cancel a turn. */
    CANCEL,
    /** The server died while a turn was queued or running. */
    INTERRUPT,
    CLOSE,
    /** Closed because it was idle. */
    SWEEP_CLOSE,
    /** The session, its turns and their events were deleted. */
    HARD_DELETE;

    /** The kind as the ledger spells it. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind with this {@link #wire()} name. */
    public static Kind ofWire(String wire) {
      return valueOf(wire.toUpperCase(Locale.ROOT));
    }
  }
}

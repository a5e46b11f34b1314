package com.clawdforge.core.session;

import com.clawdforge.core.error.Allowance;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Set;

/**
 * How many sessions and turns the gateway accepts, and how long it remembers them.
 *
 * @param agents the agents that it offers
 * @param defaultAgent the agent of sessions that request none
 * @param maxPromptBytes longest prompt and longest system prompt, in bytes of UTF-8
 * @param maxOpen how many sessions are open at once
 * @param maxConcurrent how many turns run at once
 * @param maxWaiting how many turns may wait for a free place
 * @param maxWait how long a turn waits for a free place
 * @param ttl how long an idle session stays open
 * @param hardTtl how long a closed session can be read
 * @param retention how long the audit trail is kept
 * @param keepContent whether the ledger keeps prompts
 */
public record SessionLimits(
    Set<String> agents,
    String defaultAgent,
    long maxPromptBytes,
    int maxOpen,
    int maxConcurrent,
    int maxWaiting,
    Duration maxWait,
    Duration ttl,
    Duration hardTtl,
    Duration retention,
    boolean keepContent) {
  private static final Duration SOON = Duration.ofSeconds(5);

  public SessionLimits {
    agents = Set.copyOf(agents);
  }

  Refusal noRoomForSession() {
    return Refusal.retrySoon(
        ErrorCode.AT_CAPACITY,
        "all "
            + maxOpen
            + " places for open sessions are taken; close one that is not needed, or try again"
            + " later");
  }

  static Refusal noRoomForToken(int most) {
    return Refusal.beyond(
        ErrorCode.QUOTA_EXCEEDED,
        "this token may have " + most + " open sessions, and has; close one that is not needed",
        SOON,
        new Allowance("max_sessions", BigDecimal.valueOf(most), BigDecimal.ZERO, null, null));
  }

  Refusal noRoomForTurn() {
    return Refusal.retrySoon(
        ErrorCode.AT_CAPACITY,
        "all " + maxConcurrent + " places for turns are taken; try again soon");
  }
}

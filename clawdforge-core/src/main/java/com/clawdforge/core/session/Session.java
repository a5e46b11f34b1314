package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as the ledger records it; times have milliseconds.
 *
 * @param tokenId the app token that owns it
 * @param appName the token's name when the session was opened
 * @param lastTurnAt when a turn was last accepted or ended, or null before the first
 * @param closedAt null while it is open
 * @param turnCount how many turns were accepted
 * @param conversationId the agent's latest id of the conversation, or null before a turn reached
 *     the agent
 * @param usage sum of all turns that reported theirs, or null if none did
 * @param costUsd sum of all turns that reported theirs, or null if none did
 */
public record Session(
    String id,
    String tokenId,
    String appName,
    SessionTerms terms,
    Instant createdAt,
    @Nullable Instant lastTurnAt,
    @Nullable Instant closedAt,
    int turnCount,
    @Nullable String conversationId,
    @Nullable Usage usage,
    @Nullable BigDecimal costUsd) {

  public boolean closed() {
    return closedAt != null;
  }

  /** Returns this session as lists show it: without the system prompt, which may be long. */
  public Session listed() {
    return new Session(
        id,
        tokenId,
        appName,
        terms.withoutSystem(),
        createdAt,
        lastTurnAt,
        closedAt,
        turnCount,
        conversationId,
        usage,
        costUsd);
  }

  /** Returns this session as the agent port takes it. */
  public AgentSession forAgent() {
    return new AgentSession(
        id,
        tokenId,
        terms.agent(),
        terms.model(),
        terms.system(),
        terms.permissions(),
        terms.network(),
        terms.allowedTools(),
        terms.background(),
        terms.maxTurns(),
        conversationId);
  }
}

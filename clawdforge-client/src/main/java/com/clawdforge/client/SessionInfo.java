package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway knows about a session.
 *
 * @param token the name of its token; null unless the administrator asks
 * @param model that was requested, or null
 * @param status {@code open} or {@code closed}
 * @param lastTurnAt null before the first turn
 * @param closedAt null while it is open
 * @param activeTurn the running turn, or null; always null in lists
 * @param usage of all its turns, or null if unknown
 * @param costUsd the agent's own estimate for all its turns in US dollars, or null
 * @param json the gateway's answer
 */
public record SessionInfo(
    String sessionId,
    @Nullable String token,
    String agent,
    @Nullable String model,
    String status,
    int turnCount,
    Instant createdAt,
    @Nullable Instant lastTurnAt,
    @Nullable Instant closedAt,
    @Nullable Integer activeTurn,
    @Nullable Usage usage,
    @Nullable BigDecimal costUsd,
    JsonNode json) {
  static SessionInfo of(JsonNode session) {
    return new SessionInfo(
        Json.requiredText(session, "session_id"),
        Json.text(session, "token"),
        Json.requiredText(session, "agent"),
        Json.text(session, "model"),
        Json.requiredText(session, "status"),
        Json.requiredCount(session, "turn_count"),
        Json.requiredTime(session, "created_at"),
        Json.time(session, "last_turn_at"),
        Json.time(session, "closed_at"),
        session.hasNonNull("active_turn") ? Json.requiredCount(session, "active_turn") : null,
        Usage.of(session.get("usage")),
        Json.decimal(session, "cost_usd"),
        session);
  }

  /** The object that the app opened the session with; empty if there was none. */
  public JsonNode meta() {
    return json.hasNonNull("meta") ? json.get("meta") : Json.object();
  }

  /** Which tool calls the session approves. */
  public Permissions permissions() {
    return Permissions.of(json.path("permissions"));
  }

  /** What the agent's processes may reach of the network. */
  public Network network() {
    return Network.of(json, "network");
  }

  /** Leaves out the app's object: this may be logged. */
  @Override
  public String toString() {
    return "SessionInfo[" + sessionId + ", " + agent + ", " + status + "]";
  }
}

package com.clawdforge.http.api.session;

import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.session.Session;
import com.clawdforge.http.api.wire.NetworkJson;
import com.clawdforge.http.api.wire.PermissionsJson;
import com.clawdforge.http.web.Json;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.math.BigDecimal;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A session in the contract's format.
 *
 * @param ok only if the session is the whole answer
 * @param token the token's name; only for the administrator
 * @param meta a JSON object
 * @param permissions a mode or a policy
 * @param network only if it is less than all
 * @param background only if it is true
 */
record SessionView(
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean ok,
    String sessionId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String token,
    String agent,
    @Nullable String model,
    String status,
    int turnCount,
    long createdAt,
    @Nullable Long lastTurnAt,
    @Nullable Long closedAt,
    @JsonRawValue String meta,
    Object permissions,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String network,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean background) {
  private static final String OPEN = "open";

  /** A session with members that lists leave out. */
  record Detailed(
      @JsonUnwrapped SessionView session,
      @JsonProperty("active_turn") @Nullable Integer activeTurn,
      @JsonProperty("usage") @Nullable Usage usage,
      @JsonProperty("cost_usd") @Nullable BigDecimal costUsd) {}

  /** The answer to opening a session; a repeated request gets the same. */
  static SessionView opened(Session session) {
    return new SessionView(
        true,
        session.id(),
        null,
        session.terms().agent(),
        session.terms().model(),
        OPEN,
        0,
        session.createdAt().getEpochSecond(),
        null,
        null,
        session.terms().meta(),
        PermissionsJson.write(session.terms().permissions()),
        NetworkJson.write(session.terms().network()),
        session.terms().background() ? true : null);
  }

  static SessionView listed(Session session) {
    return of(session, null, null);
  }

  static SessionView listedForAdmin(Session session) {
    return of(session, null, session.appName());
  }

  static Detailed alone(Session session, OptionalInt activeTurn) {
    return new Detailed(
        of(session, true, null),
        activeTurn.isPresent() ? activeTurn.getAsInt() : null,
        session.usage(),
        session.costUsd());
  }

  private static SessionView of(Session session, @Nullable Boolean ok, @Nullable String token) {
    return new SessionView(
        ok,
        session.id(),
        token,
        session.terms().agent(),
        session.terms().model(),
        session.closed() ? "closed" : OPEN,
        session.turnCount(),
        session.createdAt().getEpochSecond(),
        Json.secondsOrNull(session.lastTurnAt()),
        Json.secondsOrNull(session.closedAt()),
        session.terms().meta(),
        PermissionsJson.write(session.terms().permissions()),
        NetworkJson.write(session.terms().network()),
        session.terms().background() ? true : null);
  }
}

package com.clawdforge.http.api.session;

import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.session.Turn;
import com.clawdforge.http.api.wire.DetailsView;
import com.clawdforge.http.api.wire.ErrorView;
import com.clawdforge.http.web.Json;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A turn in the contract's format.
 *
 * @param ok only if the turn is the whole answer
 */
record TurnView(
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean ok,
    String sessionId,
    int turnIndex,
    String state,
    @Nullable String stopReason,
    long createdAt,
    @Nullable String startedAt,
    @Nullable String endedAt,
    @Nullable Long queueMs,
    @Nullable Long durationMs,
    @Nullable Usage usage,
    @Nullable BigDecimal costUsd,
    boolean contextLost,
    long promptBytes,
    int files,
    @Nullable ErrorView error,
    String requestId,
    @JsonUnwrapped DetailsView details) {

  static TurnView alone(Turn turn) {
    return of(turn, true);
  }

  static TurnView listed(Turn turn) {
    return of(turn, null);
  }

  private static TurnView of(Turn turn, @Nullable Boolean ok) {
    return new TurnView(
        ok,
        turn.sessionId(),
        turn.index(),
        turn.state().wire(),
        turn.report().stopReason(),
        turn.createdAt().getEpochSecond(),
        Json.timeOrNull(turn.startedAt()),
        Json.timeOrNull(turn.endedAt()),
        Json.millisOrNull(turn.queued()),
        Json.millisOrNull(turn.duration()),
        turn.report().usage(),
        turn.report().costUsd(),
        turn.contextLost(),
        turn.promptBytes(),
        turn.files(),
        ErrorView.of(turn),
        turn.requestId(),
        DetailsView.of(turn.report().details()));
  }
}

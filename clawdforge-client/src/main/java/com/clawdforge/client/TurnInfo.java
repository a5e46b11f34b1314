package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A turn in the gateway's ledger.
 *
 * @param turnIndex counts from 1 within the session
 * @param startedAt when the agent got the prompt, or null
 * @param endedAt null until it is over
 * @param queued how long it waited, or null
 * @param duration null until it is over
 * @param usage null if the agent reported none
 * @param costUsd the agent's own estimate in US dollars, or null
 * @param contextLost whether the agent restarted without the conversation so far
 * @param promptBytes length of the prompt in UTF-8
 * @param files how many files were attached
 * @param error null unless it failed
 * @param requestId of the request that started it, or null
 * @param warnings what to know about the answer
 */
public record TurnInfo(
    String sessionId,
    int turnIndex,
    WorkState state,
    @Nullable String stopReason,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Duration queued,
    @Nullable Duration duration,
    @Nullable Usage usage,
    @Nullable BigDecimal costUsd,
    boolean contextLost,
    @Nullable Long promptBytes,
    @Nullable Long files,
    @Nullable Failure error,
    @Nullable String requestId,
    List<String> warnings) {
  public TurnInfo {
    warnings = List.copyOf(warnings);
  }

  /** A turn without warnings. */
  public TurnInfo(
      String sessionId,
      int turnIndex,
      WorkState state,
      @Nullable String stopReason,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable Duration queued,
      @Nullable Duration duration,
      @Nullable Usage usage,
      @Nullable BigDecimal costUsd,
      boolean contextLost,
      @Nullable Long promptBytes,
      @Nullable Long files,
      @Nullable Failure error,
      @Nullable String requestId) {
    this(
        sessionId,
        turnIndex,
        state,
        stopReason,
        createdAt,
        startedAt,
        endedAt,
        queued,
        duration,
        usage,
        costUsd,
        contextLost,
        promptBytes,
        files,
        error,
        requestId,
        List.of());
  }

  static TurnInfo of(JsonNode turn) {
    return new TurnInfo(
        Json.requiredText(turn, "session_id"),
        Json.requiredCount(turn, "turn_index"),
        WorkState.ofWire(Json.requiredText(turn, "state")),
        Json.text(turn, "stop_reason"),
        Json.requiredTime(turn, "created_at"),
        Json.time(turn, "started_at"),
        Json.time(turn, "ended_at"),
        Json.millis(turn, "queue_ms"),
        Json.millis(turn, "duration_ms"),
        Usage.of(turn.get("usage")),
        Json.decimal(turn, "cost_usd"),
        Json.truth(turn, "context_lost"),
        Json.integer(turn, "prompt_bytes"),
        Json.integer(turn, "files"),
        Failure.of(turn.get("error")),
        Json.text(turn, "request_id"),
        Json.texts(turn, "warnings"));
  }
}

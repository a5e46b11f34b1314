package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run in the gateway's ledger.
 *
 * @param token the name of its token; null unless the administrator asks
 * @param model that answered, or was requested
 * @param startedAt when the agent started, or null
 * @param endedAt null until it is over
 * @param queued how long it waited for a free place, or null
 * @param duration null until it is over
 * @param usage null if the agent reported none
 * @param costUsd the agent's own estimate in US dollars, or null
 * @param promptBytes length of the prompt in UTF-8
 * @param resultBytes length of the answer in UTF-8, or null without one
 * @param files how many files were attached
 * @param error null unless it ended without an answer
 * @param requestId of the request that started it, or null
 * @param result the answer if the ledger has it, else null
 * @param warnings what to know about the answer; none in a list of runs
 */
public record RunInfo(
    String runId,
    @Nullable String token,
    WorkState state,
    @Nullable String model,
    @Nullable String stopReason,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Duration queued,
    @Nullable Duration duration,
    @Nullable Usage usage,
    @Nullable BigDecimal costUsd,
    @Nullable Long promptBytes,
    @Nullable Long resultBytes,
    @Nullable Long files,
    @Nullable Failure error,
    @Nullable String requestId,
    @Nullable JsonNode result,
    List<String> warnings) {
  public RunInfo {
    warnings = List.copyOf(warnings);
  }

  /** A run without warnings. */
  public RunInfo(
      String runId,
      @Nullable String token,
      WorkState state,
      @Nullable String model,
      @Nullable String stopReason,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable Duration queued,
      @Nullable Duration duration,
      @Nullable Usage usage,
      @Nullable BigDecimal costUsd,
      @Nullable Long promptBytes,
      @Nullable Long resultBytes,
      @Nullable Long files,
      @Nullable Failure error,
      @Nullable String requestId,
      @Nullable JsonNode result) {
    this(
        runId,
        token,
        state,
        model,
        stopReason,
        createdAt,
        startedAt,
        endedAt,
        queued,
        duration,
        usage,
        costUsd,
        promptBytes,
        resultBytes,
        files,
        error,
        requestId,
        result,
        List.of());
  }

  static RunInfo of(JsonNode run) {
    return new RunInfo(
        Json.requiredText(run, "run_id"),
        Json.text(run, "app"),
        WorkState.ofWire(Json.requiredText(run, "state")),
        Json.text(run, "model"),
        Json.text(run, "stop_reason"),
        Json.requiredTime(run, "created_at"),
        Json.time(run, "started_at"),
        Json.time(run, "ended_at"),
        Json.millis(run, "queue_ms"),
        Json.millis(run, "duration_ms"),
        Usage.of(run.get("usage")),
        Json.decimal(run, "cost_usd"),
        Json.integer(run, "prompt_bytes"),
        Json.integer(run, "result_bytes"),
        Json.integer(run, "files"),
        Failure.of(run.get("error")),
        Json.text(run, "request_id"),
        run.hasNonNull("result") ? run.get("result") : null,
        Json.texts(run, "warnings"));
  }

  /** Leaves out the answer: this may be logged. */
  @Override
  public String toString() {
    return "RunInfo[" + runId + ", " + state + "]";
  }
}

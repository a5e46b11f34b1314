package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.http.JsonAnswer;
import com.clawdforge.client.internal.stream.StreamedRun;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer of a run. */
public final class RunResult {
  private final JsonNode result;
  private final Duration duration;
  private final @Nullable String stopReason;
  private final @Nullable String runId;
  private final @Nullable BigDecimal costUsd;
  private final List<String> warnings;

  private RunResult(
      JsonNode result,
      Duration duration,
      @Nullable String stopReason,
      @Nullable String runId,
      @Nullable BigDecimal costUsd,
      List<String> warnings) {
    this.result = result;
    this.duration = duration;
    this.stopReason = stopReason;
    this.runId = runId;
    this.costUsd = costUsd;
    this.warnings = warnings;
  }

  static RunResult of(JsonAnswer answer) {
    return of(
        answer.body(),
        answer.headers().firstValue(StreamedRun.RUN_ID).orElse(null),
        answer.headers().firstValue("X-Clawdforge-Cost-Usd").map(RunResult::money).orElse(null));
  }

  static RunResult of(ObjectNode body, @Nullable String runId, @Nullable BigDecimal costUsd) {
    return new RunResult(
        Json.required(body.get("result"), "result"),
        Duration.ofMillis(Json.requiredInteger(body, "duration_ms")),
        Json.text(body, "stop_reason"),
        runId,
        costUsd,
        Json.texts(body, "warnings"));
  }

  private static @Nullable BigDecimal money(String amount) {
    try {
      return new BigDecimal(amount);
    } catch (NumberFormatException garbage) {
      return null;
    }
  }

  /** The answer as the agent wrote it, or as compact JSON if the gateway found JSON in it. */
  public String asText() {
    return result.isTextual() ? result.textValue() : Json.text(result);
  }

  /** The answer as JSON; a text node unless the gateway found JSON in it. */
  public JsonNode json() {
    return result.deepCopy();
  }

  /**
   * The answer as one of the app's own types; ignores members that the type lacks.
   *
   * @throws IllegalArgumentException if the answer does not fit the type
   */
  public <T> T as(Class<T> type) {
    return Json.MAPPER.convertValue(result, type);
  }

  /**
   * The answer as a generic type, such as a list of records; ignores members that a type lacks.
   *
   * @throws IllegalArgumentException if the answer does not fit the type
   */
  public <T> T as(TypeReference<T> type) {
    return Json.MAPPER.convertValue(result, type);
  }

  /** How long the agent worked. */
  public Duration duration() {
    return duration;
  }

  /** The model's stop reason, such as {@code end_turn}, or null if unknown. */
  public @Nullable String stopReason() {
    return stopReason;
  }

  /** The id for {@link ForgeClient#getRun}; null if the gateway keeps no runs. */
  public @Nullable String runId() {
    return runId;
  }

  /** The agent's own estimate in US dollars, or null. */
  public @Nullable BigDecimal costUsd() {
    return costUsd;
  }

  /** What to know about the answer, such as a file that the model did not get whole. */
  public List<String> warnings() {
    return warnings;
  }

  /** Leaves out the answer: this may be logged. */
  @Override
  public String toString() {
    return "RunResult[" + runId + ", " + stopReason + ", " + duration + "]";
  }
}

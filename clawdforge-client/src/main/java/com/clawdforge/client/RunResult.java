package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.http.JsonAnswer;
import com.clawdforge.client.internal.http.Transport;
import com.clawdforge.client.internal.stream.StreamedRun;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
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
  private final Spent spent;

  private RunResult(
      JsonNode result,
      Duration duration,
      @Nullable String stopReason,
      @Nullable String runId,
      @Nullable BigDecimal costUsd,
      List<String> warnings,
      Spent spent) {
    this.result = result;
    this.duration = duration;
    this.stopReason = stopReason;
    this.runId = runId;
    this.costUsd = costUsd;
    this.warnings = warnings;
    this.spent = spent;
  }

  static RunResult of(Transport transport, JsonAnswer answer) {
    return of(
        transport,
        answer.body(),
        answer.headers().firstValue(StreamedRun.RUN_ID).orElse(null),
        answer.costUsd());
  }

  static RunResult of(
      Transport transport, ObjectNode body, @Nullable String runId, @Nullable BigDecimal costUsd) {
    return new RunResult(
        Json.required(body.get("result"), "result"),
        Duration.ofMillis(Json.requiredInteger(body, "duration_ms")),
        Json.text(body, "stop_reason"),
        runId,
        costUsd,
        Json.texts(body, "warnings"),
        runId == null
            ? Spent.UNKNOWN
            : Spent.ofRun(() -> transport.get(StreamedRun.path(runId), RunInfo::of)));
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
   * @throws ForgeAnswerException if the answer does not fit the type
   */
  public <T> T as(Class<T> type) {
    return read(Json.MAPPER.constructType(type), () -> Json.MAPPER.treeToValue(result, type));
  }

  /**
   * The answer as a generic type, such as a list of records; ignores members that a type lacks.
   *
   * @throws ForgeAnswerException if the answer does not fit the type
   */
  public <T> T as(TypeReference<T> type) {
    return read(Json.MAPPER.constructType(type), () -> Json.MAPPER.treeToValue(result, type));
  }

  private interface Reading<T> {
    @Nullable T read() throws JsonProcessingException;
  }

  private <T> T read(JavaType type, Reading<T> reading) {
    try {
      T value = reading.read();
      if (value == null) {
        throw MismatchedInputException.from(null, type, "there is no value");
      }
      return value;
    } catch (JsonProcessingException e) {
      // In the tree, not in the answer.
      e.clearLocation();
      throw new ForgeAnswerException(type.toCanonical(), asText(), e);
    }
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

  /**
   * The tokens of the run, or null if the agent reported none. The first call asks the gateway, and
   * blocks; it fails with {@link ForgeException} as {@link ForgeClient#getRun} does, and with
   * {@link IllegalStateException} if the client was closed before.
   */
  public @Nullable Usage usage() {
    return spent.usage();
  }

  /**
   * The agent's own estimate in US dollars, or null: it gave none, or the connection of a stream
   * broke just before its end. Never asks the gateway.
   */
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

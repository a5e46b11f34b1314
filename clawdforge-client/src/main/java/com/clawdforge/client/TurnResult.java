package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of a turn; {@link Session#getTurn} has its usage and cost. */
public final class TurnResult {
  private final ObjectNode answer;
  private final int turnIndex;
  private final Duration duration;
  private final List<TurnEvent> events;

  private TurnResult(ObjectNode answer, List<TurnEvent> events) {
    this.answer = answer;
    this.turnIndex = Json.requiredCount(answer, "turn_index");
    this.duration = Duration.ofMillis(Json.requiredInteger(answer, "duration_ms"));
    this.events = List.copyOf(events);
  }

  static TurnResult of(ObjectNode answer) {
    return new TurnResult(answer, Json.list(answer, "events", TurnEvent::of));
  }

  /** A result whose events were streamed before it. */
  static TurnResult of(ObjectNode answer, List<TurnEvent> streamed) {
    return new TurnResult(answer, streamed);
  }

  /**
   * The agent's complete text: its messages, with an empty line between them, without its remarks
   * and without what it began and then repeated.
   */
  public String text() {
    return AnswerText.of(events);
  }

  /** The stop reason, such as {@code end_turn} or {@code cancelled}, or null if unknown. */
  public @Nullable String stopReason() {
    return Json.text(answer, "stop_reason");
  }

  /** Counts from 1 within the session. */
  public int turnIndex() {
    return turnIndex;
  }

  /** How long the agent worked. */
  public Duration duration() {
    return duration;
  }

  /** What to know about the answer, such as a file that the model did not get whole. */
  public List<String> warnings() {
    return Json.texts(answer, "warnings");
  }

  /** The agent's messages in order; for a stream, those that it delivered. */
  public List<TurnEvent> events() {
    return events;
  }

  /** The gateway's unchanged answer; after a stream, without the events. */
  public JsonNode json() {
    return answer.deepCopy();
  }

  /** Leaves out the events: this may be logged. */
  @Override
  public String toString() {
    return "TurnResult[" + turnIndex + ", " + stopReason() + ", " + duration + "]";
  }
}

package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.http.JsonAnswer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The result of a turn. */
public final class TurnResult {
  private final ObjectNode answer;
  private final int turnIndex;
  private final Duration duration;
  private final List<TurnEvent> events;
  private final @Nullable BigDecimal costUsd;
  private final Spent spent;

  private TurnResult(
      ObjectNode answer,
      List<TurnEvent> events,
      @Nullable BigDecimal costUsd,
      IntFunction<TurnInfo> ledger) {
    this.answer = answer;
    this.turnIndex = Json.requiredCount(answer, "turn_index");
    this.duration = Duration.ofMillis(Json.requiredInteger(answer, "duration_ms"));
    this.events = List.copyOf(events);
    this.costUsd = costUsd;
    this.spent = Spent.ofTurn(() -> ledger.apply(turnIndex));
  }

  static TurnResult of(JsonAnswer answer, IntFunction<TurnInfo> ledger) {
    return new TurnResult(
        answer.body(), Json.list(answer.body(), "events", TurnEvent::of), answer.costUsd(), ledger);
  }

  /** A result whose events were streamed before it. */
  static TurnResult of(ObjectNode answer, List<TurnEvent> streamed, IntFunction<TurnInfo> ledger) {
    return new TurnResult(answer, streamed, null, ledger);
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

  /**
   * The tokens of the turn, or null if the agent reported none. The first call asks the gateway,
   * and blocks; it fails with {@link ForgeException} as {@link Session#getTurn} does, and with
   * {@link IllegalStateException} if the client was closed before.
   */
  public @Nullable Usage usage() {
    return spent.usage();
  }

  /**
   * The agent's own estimate for the turn in US dollars, or null if it gave none. Asks the gateway
   * as {@link #usage} does, unless the answer had the amount; that of a stream has none.
   */
  public @Nullable BigDecimal costUsd() {
    return costUsd == null ? spent.costUsd() : costUsd;
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

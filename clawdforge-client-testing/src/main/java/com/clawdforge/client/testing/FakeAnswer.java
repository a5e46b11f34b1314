package com.clawdforge.client.testing;

import com.clawdforge.client.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the agent of a {@link FakeGateway} answers to a prompt, in whatever way the app asks: at
 * once, as a stream, as a future or detached. Immutable; each method returns a changed copy.
 */
public final class FakeAnswer {
  private static final Duration FOREVER = Duration.ofDays(365);

  private JsonNode result = TextNode.valueOf("");
  private List<String> pieces = List.of();
  private List<Events.Step> steps = List.of();
  private List<String> warnings = List.of();
  private @Nullable FakeError error;
  private Duration delay = Duration.ZERO;
  private @Nullable Usage usage = new Usage(10, 5, 0, 0);
  private @Nullable BigDecimal costUsd = new BigDecimal("0.01");
  private String stopReason = "end_turn";
  private int breaksAfter = -1;

  private FakeAnswer() {}

  private FakeAnswer copy() {
    FakeAnswer copy = new FakeAnswer();
    copy.result = result;
    copy.pieces = pieces;
    copy.steps = steps;
    copy.warnings = warnings;
    copy.error = error;
    copy.delay = delay;
    copy.usage = usage;
    copy.costUsd = costUsd;
    copy.stopReason = stopReason;
    copy.breaksAfter = breaksAfter;
    return copy;
  }

  /**
   * The agent says this. As on the gateway, the answer of a run that is JSON arrives as JSON.
   *
   * @param pieces of the text; a stream delivers an event for each
   */
  public static FakeAnswer text(String... pieces) {
    FakeAnswer answer = new FakeAnswer();
    answer.pieces = List.of(pieces);
    answer.result = TextNode.valueOf(String.join("", pieces));
    return answer;
  }

  /** The agent answers with JSON: a record of the app's, a map, a list or a {@code JsonNode}. */
  public static FakeAnswer json(Object value) {
    JsonNode tree = Wire.tree(value);
    FakeAnswer answer = text(tree.toString());
    answer.result = tree;
    return answer;
  }

  /** The agent says nothing until the app cancels the work, or until its timeout. */
  public static FakeAnswer waits() {
    return text().after(FOREVER);
  }

  /**
   * The gateway answers with an error. Errors of the agent and of its provider ({@code
   * agent_failed}, {@code provider_overloaded}, …) end work that has begun and is on record; all
   * others refuse it. A 503 names a second to retry after.
   *
   * @param code one of the API's, such as {@code budget_exhausted}; the status follows from it
   * @throws IllegalArgumentException if the API has no such code
   */
  public static FakeAnswer error(String code, String detail) {
    FakeAnswer answer = text();
    answer.error = FakeError.of(code, detail);
    return answer;
  }

  /** The gateway has no free place ({@code at_capacity}, 503). */
  public static FakeAnswer atCapacity(Duration retryAfter) {
    return error("at_capacity", "all places are taken").retryAfter(retryAfter);
  }

  /**
   * The account's limit at the provider is reached ({@code usage_limit_reached}, 429).
   *
   * @param limit the provider's name of it, such as {@code five_hour}
   */
  public static FakeAnswer usageLimit(String limit, Instant resetsAt) {
    FakeAnswer answer = text();
    answer.error =
        new FakeError(
            "usage_limit_reached",
            "the usage limit of the account at the provider is reached",
            null,
            Duration.ofMinutes(1),
            limit,
            resetsAt);
    return answer;
  }

  /**
   * The error names this time to retry after, in {@code Retry-After}; it is rounded up to seconds.
   *
   * @throws IllegalStateException if the answer is no error
   */
  public FakeAnswer retryAfter(Duration wait) {
    if (error == null) {
      throw new IllegalStateException("only an error names a time to retry after");
    }
    FakeAnswer copy = copy();
    copy.error = error.retryAfter(wait);
    return copy;
  }

  /** The agent takes this long before its first event. A longer time than the timeout is a 504. */
  public FakeAnswer after(Duration time) {
    FakeAnswer copy = copy();
    copy.delay = time;
    return copy;
  }

  /**
   * Before its text the agent calls a tool, which succeeds.
   *
   * @param title for people; the tool's name in a run
   * @param kind {@code read}, {@code edit}, {@code execute} and the like
   */
  public FakeAnswer toolCall(String title, String kind) {
    return step(new Events.Tool(title, kind));
  }

  /** Before its text the agent sends this message; a stream delivers it unchanged. */
  public FakeAnswer event(JsonNode message) {
    return step(new Events.Raw(message.deepCopy()));
  }

  private FakeAnswer step(Events.Step step) {
    FakeAnswer copy = copy();
    copy.steps = new ArrayList<>(steps);
    copy.steps.add(step);
    return copy;
  }

  /** The agent reports these tokens, or none if it is null. */
  public FakeAnswer usage(@Nullable Usage tokens) {
    FakeAnswer copy = copy();
    copy.usage = tokens;
    return copy;
  }

  /** The agent estimates this cost in US dollars, or none if it is null. */
  public FakeAnswer costUsd(@Nullable BigDecimal amount) {
    FakeAnswer copy = copy();
    copy.costUsd = amount;
    return copy;
  }

  /** The model stops for this reason; {@code end_turn} unless it is set. */
  public FakeAnswer stopReason(String reason) {
    FakeAnswer copy = copy();
    copy.stopReason = reason;
    return copy;
  }

  /** The gateway adds these warnings to the answer. */
  public FakeAnswer warnings(String... texts) {
    FakeAnswer copy = copy();
    copy.warnings = List.of(texts);
    return copy;
  }

  /**
   * The connection breaks once: that of a stream or a future after so many events, any other
   * instead of the answer. The work goes on; who reconnects, or asks again with the same key, gets
   * it.
   */
  public FakeAnswer breaksAfter(int events) {
    FakeAnswer copy = copy();
    copy.breaksAfter = events;
    return copy;
  }

  JsonNode result() {
    return result;
  }

  List<String> pieces() {
    return pieces;
  }

  List<Events.Step> steps() {
    return steps;
  }

  List<String> warnings() {
    return warnings;
  }

  @Nullable FakeError error() {
    return error;
  }

  Duration delay() {
    return delay;
  }

  @Nullable Usage usage() {
    return usage;
  }

  @Nullable BigDecimal costUsd() {
    return costUsd;
  }

  String stopReason() {
    return stopReason;
  }

  int breaksAfter() {
    return breaksAfter;
  }

  @Override
  public String toString() {
    return error == null ? "FakeAnswer[" + result + "]" : "FakeAnswer[" + error.code() + "]";
  }
}

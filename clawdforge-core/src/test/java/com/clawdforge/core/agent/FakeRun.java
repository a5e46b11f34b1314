package com.clawdforge.core.agent;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one run or turn of a {@link FakeAgentRunner} does: emit events, wait where it is held, end.
 *
 * @param events lines of JSON, emitted at once
 * @param outcome how it ends unless it is cancelled or its timeout passes before
 * @param hold what it waits for between the last event and the outcome, or null
 * @param conversation what the agent calls the conversation of a turn; null for the usual
 */
public record FakeRun(
    List<String> events, AgentOutcome outcome, @Nullable Hold hold, @Nullable String conversation) {
  /** What a run tells of itself unless its script says otherwise. */
  public static final AgentReport REPORT =
      new AgentReport(
          "fake-model-1", "end_turn", new Usage(12, 7, 0, 0), new BigDecimal("0.000141"));

  private static final List<String> RESULT_EVENT = List.of("{\"type\":\"result\"}");

  public FakeRun {
    events = List.copyOf(events);
  }

  /** A run, or a turn in the usual conversation. */
  public FakeRun(List<String> events, AgentOutcome outcome, @Nullable Hold hold) {
    this(events, outcome, hold, null);
  }

  /** A run that answers with this text. */
  public static FakeRun answers(String text) {
    return new FakeRun(RESULT_EVENT, new AgentOutcome.Completed(text, null, REPORT), null, null);
  }

  /** A run that answers with this JSON, valid under the schema that was asked for. */
  public static FakeRun answersStructured(String json) {
    return new FakeRun(RESULT_EVENT, new AgentOutcome.Completed(json, json, REPORT), null, null);
  }

  /** A turn in which the agent says this text, as an ACP agent would, and ends. */
  public static FakeRun turn(String text) {
    return new FakeRun(
        List.of(
            chunk(text), "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"stopReason\":\"end_turn\"}}"),
        new AgentOutcome.Completed(text, null, REPORT),
        null,
        null);
  }

  /** The message with which an ACP agent says a text, which must need no escaping in JSON. */
  public static String chunk(String text) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"sessionId\":\"c\",\"update\":"
        + "{\"sessionUpdate\":\"agent_message_chunk\",\"content\":{\"type\":\"text\",\"text\":\""
        + text
        + "\"}}}}";
  }

  /** A run that fails. */
  public static FakeRun fails(AgentFailure failure, String message, String stderrTail) {
    return new FakeRun(
        List.of(),
        new AgentOutcome.Failed(failure, message, stderrTail, AgentReport.NONE),
        null,
        null);
  }

  /** A run that ends only when it is cancelled or its timeout passes. */
  public static FakeRun silent() {
    return new FakeRun(List.of(), answers("").outcome(), new Hold(), null);
  }

  /** The same run, ending not before the hold is released. */
  public FakeRun heldBy(Hold newHold) {
    return new FakeRun(events, outcome, newHold, conversation);
  }

  /** The same turn in a conversation that the agent calls by this id. */
  public FakeRun inConversation(String id) {
    return new FakeRun(events, outcome, hold, id);
  }

  /** The same run with other events. */
  public FakeRun emitting(String... lines) {
    return new FakeRun(List.of(lines), outcome, hold, conversation);
  }

  /** Keeps runs from ending until it is released; one hold may hold many runs. */
  public static final class Hold {
    final CompletableFuture<@Nullable Void> released = new CompletableFuture<>();

    /** Lets all runs go that this holds, or is asked to hold later. */
    public void release() {
      released.complete(null);
    }
  }
}

package com.clawdforge.core.agent;

import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one run or turn of a {@link FakeAgentRunner} does: emit events, wait for a hold, end.
 *
 * @param events lines of JSON, emitted at once
 * @param outcome how it ends unless it is cancelled or times out first
 * @param hold what it waits for between the last event and the outcome, or null
 * @param conversation the id of a turn's conversation; null for the default
 */
public record FakeRun(
    List<String> events, AgentOutcome outcome, @Nullable Hold hold, @Nullable String conversation) {
  /** The report of a run unless its script sets another. */
  public static final AgentReport REPORT =
      new AgentReport(
          "fake-model-1", "end_turn", new Usage(12, 7, 0, 0), new BigDecimal("0.000141"));

  private static final List<String> RESULT_EVENT = List.of("{\"type\":\"result\"}");

  public FakeRun {
    events = List.copyOf(events);
  }

  /** A run, or a turn in the default conversation. */
  public FakeRun(List<String> events, AgentOutcome outcome, @Nullable Hold hold) {
    this(events, outcome, hold, null);
  }

  /** A run that answers with this text. */
  public static FakeRun answers(String text) {
    return new FakeRun(RESULT_EVENT, new AgentOutcome.Completed(text, null, REPORT), null, null);
  }

  /** A run that answers with this JSON, valid under the requested schema. */
  public static FakeRun answersStructured(String json) {
    return new FakeRun(RESULT_EVENT, new AgentOutcome.Completed(json, json, REPORT), null, null);
  }

  /** A turn that an ACP agent answers with this text. */
  public static FakeRun turn(String text) {
    return new FakeRun(
        List.of(
            chunk(text), "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"stopReason\":\"end_turn\"}}"),
        new AgentOutcome.Completed(text, null, REPORT),
        null,
        null);
  }

  /** The message of an ACP agent with a text, which must need no escaping in JSON. */
  public static String chunk(String text) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"sessionId\":\"c\",\"update\":"
        + "{\"sessionUpdate\":\"agent_message_chunk\",\"content\":{\"type\":\"text\",\"text\":\""
        + text
        + "\"}}}}";
  }

  /** A run that fails. */
  public static FakeRun fails(AgentFailure failure, String message, String stderrTail) {
    return fails(failure, message, stderrTail, RetryAdvice.NONE);
  }

  /** A run that fails, and what is known about a retry. */
  public static FakeRun fails(
      AgentFailure failure, String message, String stderrTail, RetryAdvice retry) {
    return new FakeRun(
        List.of(),
        new AgentOutcome.Failed(failure, message, stderrTail, AgentReport.NONE, retry),
        null,
        null);
  }

  /** A run that ends only when it is cancelled or times out. */
  public static FakeRun silent() {
    return new FakeRun(List.of(), answers("").outcome(), new Hold(), null);
  }

  /** The same run, but it ends only after the hold is released. */
  public FakeRun heldBy(Hold newHold) {
    return new FakeRun(events, outcome, newHold, conversation);
  }

  /** The same turn in the conversation with this id. */
  public FakeRun inConversation(String id) {
    return new FakeRun(events, outcome, hold, id);
  }

  /** The same run with another report; not for one that is cancelled or times out. */
  public FakeRun reporting(AgentReport report) {
    AgentOutcome reported =
        switch (outcome) {
          case AgentOutcome.Completed done ->
              new AgentOutcome.Completed(done.text(), done.structured(), report);
          case AgentOutcome.Failed failed ->
              new AgentOutcome.Failed(
                  failed.failure(), failed.message(), failed.stderrTail(), report, failed.retry());
          case AgentOutcome.Cancelled cancelled -> new AgentOutcome.Cancelled(report);
          case AgentOutcome.TimedOut late -> new AgentOutcome.TimedOut(late.stderrTail(), report);
        };
    return new FakeRun(events, reported, hold, conversation);
  }

  /** The same run with these details in its report. */
  public FakeRun reporting(AgentDetails details) {
    AgentReport report = outcome.report();
    return reporting(
        new AgentReport(
            report.model(), report.stopReason(), report.usage(), report.costUsd(), details));
  }

  /** The same run with other events. */
  public FakeRun emitting(String... lines) {
    return new FakeRun(List.of(lines), outcome, hold, conversation);
  }

  /** Keeps any number of runs from ending until it is released. */
  public static final class Hold {
    final CompletableFuture<@Nullable Void> released = new CompletableFuture<>();

    /** Releases all runs that this holds, now and later. */
    public void release() {
      released.complete(null);
    }
  }
}

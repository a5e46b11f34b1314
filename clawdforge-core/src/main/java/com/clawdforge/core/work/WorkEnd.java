package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import org.jspecify.annotations.Nullable;

/**
 * What a run or turn came to, in the words of the ledger.
 *
 * @param error null unless it ended without an answer
 */
public record WorkEnd(WorkState state, AgentReport report, @Nullable WorkError error) {
  private static final String CANCELLED = "cancelled";

  /**
   * The end that an agent's outcome means.
   *
   * @param reason why the work was cancelled, or null
   * @param what {@code run} or {@code turn}
   */
  public static WorkEnd of(AgentOutcome outcome, @Nullable CancelReason reason, String what) {
    return switch (outcome) {
      case AgentOutcome.Completed done -> new WorkEnd(WorkState.COMPLETED, done.report(), null);
      case AgentOutcome.Failed failed ->
          new WorkEnd(WorkState.FAILED, failed.report(), WorkError.of(failed));
      case AgentOutcome.TimedOut late ->
          new WorkEnd(WorkState.TIMED_OUT, late.report(), WorkError.of(late));
      case AgentOutcome.Cancelled cancelled ->
          cancelled(reason == null ? CancelReason.ASKED_FOR : reason, cancelled.report(), what);
    };
  }

  /** It was cancelled before an agent worked for it. */
  public static WorkEnd cancelled(CancelReason reason, String what) {
    return cancelled(reason, AgentReport.NONE, what);
  }

  private static WorkEnd cancelled(CancelReason reason, AgentReport report, String what) {
    return new WorkEnd(
        WorkState.CANCELLED,
        new AgentReport(report.model(), CANCELLED, report.usage(), report.costUsd()),
        WorkError.of(reason, what).orElse(null));
  }

  public static WorkEnd timedOut(WorkError error) {
    return new WorkEnd(WorkState.TIMED_OUT, AgentReport.NONE, error);
  }

  /** It failed before an agent worked for it. */
  public static WorkEnd failed(WorkError error) {
    return new WorkEnd(WorkState.FAILED, AgentReport.NONE, error);
  }
}

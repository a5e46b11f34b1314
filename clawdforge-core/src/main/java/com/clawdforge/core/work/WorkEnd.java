package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import org.jspecify.annotations.Nullable;

/**
 * How a run or turn ended, as the ledger records it.
 *
 * @param error null unless it ended without an answer
 */
public record WorkEnd(WorkState state, AgentReport report, @Nullable WorkError error) {
  private static final String CANCELLED = "cancelled";
  private static final String REFUSAL = "refusal";

  /**
   * Converts an agent's outcome.
   *
   * @param reason why the work was cancelled, or null
   * @param what {@code run} or {@code turn}
   */
  public static WorkEnd of(AgentOutcome outcome, @Nullable CancelReason reason, String what) {
    return switch (outcome) {
      case AgentOutcome.Completed done -> new WorkEnd(WorkState.COMPLETED, done.report(), null);
      case AgentOutcome.Failed failed ->
          new WorkEnd(WorkState.FAILED, report(failed), WorkError.of(failed));
      case AgentOutcome.TimedOut late ->
          new WorkEnd(WorkState.TIMED_OUT, late.report(), WorkError.of(late));
      case AgentOutcome.Cancelled cancelled ->
          cancelled(reason == null ? CancelReason.ASKED_FOR : reason, cancelled.report(), what);
    };
  }

  private static AgentReport report(AgentOutcome.Failed failed) {
    return failed.failure() == AgentFailure.REFUSED
        ? failed.report().stoppedBy(REFUSAL)
        : failed.report();
  }

  /** The work was cancelled before an agent ran. */
  public static WorkEnd cancelled(CancelReason reason, String what) {
    return cancelled(reason, AgentReport.NONE, what);
  }

  private static WorkEnd cancelled(CancelReason reason, AgentReport report, String what) {
    return new WorkEnd(
        WorkState.CANCELLED, report.stoppedBy(CANCELLED), WorkError.of(reason, what).orElse(null));
  }

  public static WorkEnd timedOut(WorkError error) {
    return new WorkEnd(WorkState.TIMED_OUT, AgentReport.NONE, error);
  }

  /** The work failed before an agent ran. */
  public static WorkEnd failed(WorkError error) {
    return new WorkEnd(WorkState.FAILED, AgentReport.NONE, error);
  }
}

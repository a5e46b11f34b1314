package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says what became of a run, in the words of the ledger. */
final class RunVerdict {
  private static final String CANCELLED = "cancelled";

  private final ResultText resultText;

  RunVerdict(ResultText resultText) {
    this.resultText = resultText;
  }

  FinishedRun of(
      Run run, Instant when, AgentOutcome outcome, LiveRun.@Nullable CancelReason cancelReason) {
    return switch (outcome) {
      case AgentOutcome.Completed done -> completed(run, when, done);
      case AgentOutcome.Failed failed ->
          failed(
              run.ended(
                  WorkState.FAILED,
                  when,
                  failed.report(),
                  null,
                  new WorkError(code(failed.failure()), failed.message(), failed.stderrTail()),
                  null));
      case AgentOutcome.TimedOut late ->
          failed(
              run.ended(
                  WorkState.TIMED_OUT,
                  when,
                  late.report(),
                  null,
                  new WorkError(
                      ErrorCode.AGENT_TIMEOUT,
                      "the agent gave no answer within timeout_secs",
                      late.stderrTail()),
                  null));
      case AgentOutcome.Cancelled cancelled ->
          cancelled(run, when, cancelReason, cancelled.report());
    };
  }

  FinishedRun cancelled(
      Run run, Instant when, LiveRun.@Nullable CancelReason reason, AgentReport report) {
    AgentReport cancelled =
        new AgentReport(report.model(), CANCELLED, report.usage(), report.costUsd());
    return failed(run.ended(WorkState.CANCELLED, when, cancelled, null, error(reason), null));
  }

  FinishedRun timedOutWaiting(Run run, Instant when) {
    WorkError error =
        new WorkError(
            ErrorCode.AGENT_TIMEOUT, "no place became free for the run within timeout_secs", "");
    return failed(run.ended(WorkState.TIMED_OUT, when, AgentReport.NONE, null, error, null));
  }

  FinishedRun broken(Run run, Instant when) {
    WorkError error =
        new WorkError(
            ErrorCode.INTERNAL_ERROR, "the gateway failed; its log says why, by request id", "");
    return failed(run.ended(WorkState.FAILED, when, AgentReport.NONE, null, error, null));
  }

  Run refused(Run run, Instant when, Refusal refusal) {
    WorkError error = new WorkError(refusal.code(), refusal.detail(), "");
    return run.ended(WorkState.FAILED, when, AgentReport.NONE, null, error, null);
  }

  private FinishedRun completed(Run run, Instant when, AgentOutcome.Completed done) {
    Answer answer =
        done.structured() == null
            ? resultText.answer(done.text())
            : new Answer(done.structured(), true);
    long bytes = answer.text().getBytes(StandardCharsets.UTF_8).length;
    return new FinishedRun(
        run.ended(WorkState.COMPLETED, when, done.report(), bytes, null, null), answer);
  }

  private static FinishedRun failed(Run run) {
    return new FinishedRun(run, null);
  }

  private static WorkError error(LiveRun.@Nullable CancelReason reason) {
    if (reason == LiveRun.CancelReason.SHUTDOWN) {
      return new WorkError(
          ErrorCode.SHUTTING_DOWN, "the server shut down before the agent was done", "");
    }
    String why =
        reason == LiveRun.CancelReason.TOKEN_REVOKED
            ? "the run was cancelled because its token was revoked"
            : "the run was cancelled";
    return new WorkError(ErrorCode.AGENT_FAILED, why, "");
  }

  private static ErrorCode code(AgentFailure failure) {
    return switch (failure) {
      case FAILED -> ErrorCode.AGENT_FAILED;
      case UNAUTHENTICATED -> ErrorCode.AGENT_UNAUTHENTICATED;
      case OUTPUT_INVALID -> ErrorCode.AGENT_OUTPUT_INVALID;
      case BUDGET_EXHAUSTED -> ErrorCode.BUDGET_EXHAUSTED;
      case UNAVAILABLE -> ErrorCode.AGENT_UNAVAILABLE;
    };
  }
}

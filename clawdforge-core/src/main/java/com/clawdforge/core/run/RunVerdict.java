package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.work.CancelReason;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says what became of a run, in the words of the ledger. */
final class RunVerdict {
  private static final String CANCELLED = "cancelled";

  private final ResultText resultText;

  RunVerdict(ResultText resultText) {
    this.resultText = resultText;
  }

  FinishedRun of(Run run, Instant when, AgentOutcome outcome, @Nullable CancelReason cancelReason) {
    return switch (outcome) {
      case AgentOutcome.Completed done -> completed(run, when, done);
      case AgentOutcome.Failed failed ->
          failed(
              run.ended(WorkState.FAILED, when, failed.report(), null, WorkError.of(failed), null));
      case AgentOutcome.TimedOut late ->
          failed(
              run.ended(WorkState.TIMED_OUT, when, late.report(), null, WorkError.of(late), null));
      case AgentOutcome.Cancelled cancelled ->
          cancelled(run, when, cancelReason, cancelled.report());
    };
  }

  FinishedRun cancelled(Run run, Instant when, @Nullable CancelReason reason, AgentReport report) {
    AgentReport cancelled =
        new AgentReport(report.model(), CANCELLED, report.usage(), report.costUsd());
    return failed(run.ended(WorkState.CANCELLED, when, cancelled, null, error(reason), null));
  }

  FinishedRun timedOutWaiting(Run run, Instant when) {
    WorkError error = WorkError.timedOutWaiting("run");
    return failed(run.ended(WorkState.TIMED_OUT, when, AgentReport.NONE, null, error, null));
  }

  FinishedRun broken(Run run, Instant when) {
    WorkError error = WorkError.broken();
    return failed(run.ended(WorkState.FAILED, when, AgentReport.NONE, null, error, null));
  }

  Run refused(Run run, Instant when, Refusal refusal) {
    return run.ended(WorkState.FAILED, when, AgentReport.NONE, null, WorkError.of(refusal), null);
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

  // Whoever waits for a run that somebody has cancelled has no answer to get.
  private static WorkError error(@Nullable CancelReason reason) {
    return Optional.ofNullable(reason)
        .flatMap(why -> WorkError.of(why, "run"))
        .orElse(new WorkError(ErrorCode.AGENT_FAILED, "the run was cancelled", ""));
  }
}

package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.CancelReason;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Says what became of a run, in the words of the ledger. */
final class RunVerdict {
  private final ResultText resultText;

  RunVerdict(ResultText resultText) {
    this.resultText = resultText;
  }

  FinishedRun of(Run run, Instant when, AgentOutcome outcome, @Nullable CancelReason reason) {
    WorkEnd end = WorkEnd.of(outcome, reason, "run");
    if (!(outcome instanceof AgentOutcome.Completed done)) {
      return withoutAnswer(run, when, end);
    }
    Answer answer =
        done.structured() == null
            ? resultText.answer(done.text())
            : new Answer(done.structured(), true);
    long bytes = answer.text().getBytes(StandardCharsets.UTF_8).length;
    return new FinishedRun(run.ended(end, when, bytes), answer);
  }

  static FinishedRun withoutAnswer(Run run, Instant when, WorkEnd end) {
    // A caller that waits for a run which another call has cancelled gets no answer.
    WorkEnd told =
        end.state() == WorkState.CANCELLED && end.error() == null
            ? new WorkEnd(
                end.state(),
                end.report(),
                new WorkError(ErrorCode.AGENT_FAILED, "the run was cancelled", ""))
            : end;
    return new FinishedRun(run.ended(told, when, null), null);
  }
}

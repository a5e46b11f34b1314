package com.clawdforge.http.api.wire;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.RecordedWork;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import com.clawdforge.http.web.Problem;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why a run or a turn has no answer. */
public record ErrorView(String code, String detail, String stderrTail) {

  /** Null if the work has an answer, may still get one, or is a turn that was cancelled. */
  public static @Nullable ErrorView of(RecordedWork work) {
    @Nullable WorkError error = error(work);
    return error == null
        ? null
        : new ErrorView(error.code().wire(), error.detail(), Problem.tail(error.stderrTail()));
  }

  /** The same error as the answer to a request. */
  public static @Nullable Problem problem(RecordedWork work) {
    @Nullable WorkError error = error(work);
    return error == null
        ? null
        : Problem.ofAgent(
            error.code(),
            error.detail(),
            Objects.requireNonNullElse(work.duration(), Duration.ZERO),
            work.report().stopReason(),
            error.stderrTail(),
            work.startedAt() != null);
  }

  private static @Nullable WorkError error(RecordedWork work) {
    return work.error() == null && work.state() == WorkState.INTERRUPTED
        ? interrupted(work.kind().wire())
        : work.error();
  }

  private static WorkError interrupted(String work) {
    return new WorkError(
        ErrorCode.AGENT_FAILED,
        "the server stopped while the " + work + " was queued or running",
        "");
  }
}

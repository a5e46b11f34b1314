package com.clawdforge.http.api.wire;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.run.Run;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import com.clawdforge.http.web.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a run or a turn has no answer. */
public record ErrorView(String code, String detail, String stderrTail) {

  /** Null if the run has an answer, or may still get one. */
  public static @Nullable ErrorView of(Run run) {
    return of(error(run));
  }

  /** Null if the turn has an answer, may still get one, or was cancelled. */
  public static @Nullable ErrorView of(Turn turn) {
    return of(error(turn));
  }

  /** The same error as the answer to a request. */
  public static @Nullable Problem problem(Run run) {
    @Nullable WorkError error = error(run);
    return error == null
        ? null
        : problem(error, run.duration(), run.report().stopReason(), run.startedAt() != null);
  }

  /** The same error as the answer to a request. */
  public static @Nullable Problem problem(Turn turn) {
    @Nullable WorkError error = error(turn);
    return error == null
        ? null
        : problem(error, turn.duration(), turn.report().stopReason(), turn.startedAt() != null);
  }

  private static @Nullable ErrorView of(@Nullable WorkError error) {
    return error == null
        ? null
        : new ErrorView(error.code().wire(), error.detail(), Problem.tail(error.stderrTail()));
  }

  private static Problem problem(
      WorkError error, @Nullable Duration duration, @Nullable String stopReason, boolean started) {
    return Problem.ofAgent(
        error.code(),
        error.detail(),
        duration == null ? Duration.ZERO : duration,
        stopReason,
        error.stderrTail(),
        started);
  }

  private static @Nullable WorkError error(Run run) {
    return run.error() == null && run.state() == WorkState.INTERRUPTED
        ? interrupted("run")
        : run.error();
  }

  private static @Nullable WorkError error(Turn turn) {
    return turn.error() == null && turn.state() == WorkState.INTERRUPTED
        ? interrupted("turn")
        : turn.error();
  }

  private static WorkError interrupted(String work) {
    return new WorkError(
        ErrorCode.AGENT_FAILED,
        "the server stopped while the " + work + " was queued or running",
        "");
  }
}

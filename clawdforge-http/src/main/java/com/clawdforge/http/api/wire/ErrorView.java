package com.clawdforge.http.api.wire;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.RecordedWork;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.Problem;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Why a run or a turn has no answer. {@link WorkProblem} is the same as the answer to a request.
 *
 * @param field of the request that caused it; only if there is one
 * @param resetsAt when the limit that stopped it may be used again; only if that is known
 * @param limit the provider's name of that limit; only if it is known
 */
public record ErrorView(
    String code,
    String detail,
    String stderrTail,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String field,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String resetsAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String limit) {

  /** Null if the work has an answer, may still get one, or is a turn that was cancelled. */
  public static @Nullable ErrorView of(RecordedWork work) {
    @Nullable WorkError error = error(work);
    if (error == null) {
      return null;
    }
    Problem.@Nullable ReachedLimit reached = WorkProblem.reached(error);
    return new ErrorView(
        error.code().wire(),
        error.detail(),
        Problem.tail(error.stderrTail()),
        error.field(),
        reached == null ? null : Json.timeOrNull(reached.resetsAt()),
        reached == null ? null : reached.limit());
  }

  static @Nullable WorkError error(RecordedWork work) {
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

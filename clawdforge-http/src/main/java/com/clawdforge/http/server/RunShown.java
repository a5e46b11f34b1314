package com.clawdforge.http.server;

import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.run.Answer;
import com.clawdforge.core.run.Run;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A run as the contract shows it.
 *
 * @param ok only where the run is the whole answer
 * @param app the token's name; only for the administrator
 * @param result the answer as JSON; only where it is kept
 */
record RunShown(
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean ok,
    String runId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String app,
    String state,
    String model,
    @Nullable String stopReason,
    long createdAt,
    @Nullable String startedAt,
    @Nullable String endedAt,
    @Nullable Long queueMs,
    @Nullable Long durationMs,
    @Nullable Usage usage,
    @Nullable BigDecimal costUsd,
    long promptBytes,
    @Nullable Long resultBytes,
    int files,
    @Nullable ErrorShown error,
    String requestId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonRawValue @Nullable String result) {

  static RunShown alone(Run run) {
    return of(run, true, null);
  }

  static RunShown listed(Run run) {
    return of(run, null, null);
  }

  static RunShown listedForAdmin(Run run) {
    return of(run, null, run.appName());
  }

  /** An answer as JSON text: as it is, or as a string. */
  static String json(Answer answer) {
    return answer.json() ? answer.text() : Json.text(answer.text());
  }

  /** Why a run that is over has no answer, or null if it completed. */
  static @Nullable WorkError error(Run run) {
    if (run.error() == null && run.state() == WorkState.INTERRUPTED) {
      return new WorkError(
          ErrorCode.AGENT_FAILED, "the server stopped while the run was queued or running", "");
    }
    return run.error();
  }

  private static RunShown of(Run run, @Nullable Boolean ok, @Nullable String app) {
    @Nullable WorkError error = error(run);
    @Nullable String model = run.report().model();
    return new RunShown(
        ok,
        run.id(),
        app,
        run.state().wire(),
        model == null ? run.model() : model,
        run.report().stopReason(),
        run.createdAt().getEpochSecond(),
        Json.timeOrNull(run.startedAt()),
        Json.timeOrNull(run.endedAt()),
        Json.millisOrNull(run.queued()),
        Json.millisOrNull(run.duration()),
        run.report().usage(),
        run.report().costUsd(),
        run.promptBytes(),
        run.resultBytes(),
        run.files(),
        ErrorShown.of(error),
        run.requestId(),
        run.kept() == null ? null : json(run.kept().answer()));
  }
}

package com.clawdforge.http.api.run;

import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.run.Run;
import com.clawdforge.http.api.wire.AnswerJson;
import com.clawdforge.http.api.wire.DetailsView;
import com.clawdforge.http.api.wire.ErrorView;
import com.clawdforge.http.api.wire.NetworkJson;
import com.clawdforge.http.web.Json;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A run in the contract's format.
 *
 * @param ok only if the run is the whole answer
 * @param app the token's name; only for the administrator
 * @param network only if it is less than all
 * @param details nothing in a list
 * @param result the answer as JSON; only if it is kept
 */
record RunView(
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
    @Nullable ErrorView error,
    String requestId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String network,
    @JsonUnwrapped DetailsView details,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonRawValue @Nullable String result) {

  static RunView alone(Run run) {
    return of(run, true, null);
  }

  static RunView listed(Run run) {
    return of(run, null, null);
  }

  static RunView listedForAdmin(Run run) {
    return of(run, null, run.appName());
  }

  private static RunView of(Run run, @Nullable Boolean ok, @Nullable String app) {
    @Nullable String model = run.report().model();
    return new RunView(
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
        ErrorView.of(run),
        run.requestId(),
        NetworkJson.write(run.network()),
        DetailsView.of(run.report().details()),
        run.kept() == null ? null : AnswerJson.of(run.kept().answer()));
  }
}

package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run as the ledger knows it; times have milliseconds.
 *
 * @param tokenId the app token that it belongs to
 * @param appName the token's name when the run was accepted
 * @param model what was asked for; what answered is in the report
 * @param startedAt when the agent was started, or null
 * @param endedAt null until it is over
 * @param report what the agent told; {@link AgentReport#NONE} until it is over
 * @param promptBytes length of the prompt in UTF-8
 * @param resultBytes length of the answer in UTF-8, null without one
 * @param files how many files were attached
 * @param error null unless it ended without an answer
 * @param requestId of the HTTP request that asked for it
 * @param kept the answer, where it is kept
 */
public record Run(
    String id,
    String tokenId,
    String appName,
    WorkState state,
    String model,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    AgentReport report,
    long promptBytes,
    @Nullable Long resultBytes,
    int files,
    @Nullable WorkError error,
    String requestId,
    @Nullable KeptAnswer kept) {

  /** How long it waited for a free place, or null if it never got one. */
  public @Nullable Duration queued() {
    return startedAt == null ? null : Duration.between(createdAt, startedAt);
  }

  /** From the start of the agent, or from acceptance if there was none, to the end; null before. */
  public @Nullable Duration duration() {
    if (endedAt == null) {
      return null;
    }
    return Duration.between(startedAt == null ? createdAt : startedAt, endedAt);
  }

  /** The same run, with an answer to keep, or null for whoever may not see it any more. */
  Run keeping(@Nullable KeptAnswer answer) {
    return new Run(
        id,
        tokenId,
        appName,
        state,
        model,
        createdAt,
        startedAt,
        endedAt,
        report,
        promptBytes,
        resultBytes,
        files,
        error,
        requestId,
        answer);
  }

  Run started(Instant when) {
    return new Run(
        id,
        tokenId,
        appName,
        WorkState.RUNNING,
        model,
        createdAt,
        when,
        null,
        report,
        promptBytes,
        resultBytes,
        files,
        error,
        requestId,
        kept);
  }

  Run ended(
      WorkState how,
      Instant when,
      AgentReport agentReport,
      @Nullable Long answerBytes,
      @Nullable WorkError why,
      @Nullable KeptAnswer answer) {
    return new Run(
        id,
        tokenId,
        appName,
        how,
        model,
        createdAt,
        startedAt,
        when,
        agentReport,
        promptBytes,
        answerBytes,
        files,
        why,
        requestId,
        answer);
  }
}

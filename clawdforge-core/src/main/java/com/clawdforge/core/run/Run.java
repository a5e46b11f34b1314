package com.clawdforge.core.run;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.RecordedWork;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkObserver;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run as the ledger records it.
 *
 * @param tokenId the app token that owns it
 * @param appName the token's name when the run was accepted
 * @param model the requested one; the report names the one that answered
 * @param promptBytes length of the prompt in UTF-8
 * @param files how many files were attached
 * @param network what the agent's processes may reach
 * @param requestId the id of the HTTP request
 * @param resultBytes length of the answer in UTF-8, null without one
 * @param kept the answer if it is kept
 */
public record Run(
    String id,
    String tokenId,
    String appName,
    String model,
    long promptBytes,
    int files,
    Network network,
    String requestId,
    Progress progress,
    @Nullable Long resultBytes,
    @Nullable KeptAnswer kept)
    implements RecordedWork {
  /** A run that may reach all of the network. */
  public Run(
      String id,
      String tokenId,
      String appName,
      String model,
      long promptBytes,
      int files,
      String requestId,
      Progress progress,
      @Nullable Long resultBytes,
      @Nullable KeptAnswer kept) {
    this(
        id,
        tokenId,
        appName,
        model,
        promptBytes,
        files,
        Network.ALL,
        requestId,
        progress,
        resultBytes,
        kept);
  }

  @Override
  public WorkObserver.Kind kind() {
    return WorkObserver.Kind.RUN;
  }

  /** Returns this run with a kept answer, or with null once the answer may no longer be shown. */
  Run keeping(@Nullable KeptAnswer answer) {
    return with(progress, resultBytes, answer);
  }

  Run started(Instant when) {
    return with(progress.started(when), resultBytes, kept);
  }

  /**
   * Returns this run as ended.
   *
   * @param answerBytes length of the answer in UTF-8, null without one
   */
  Run ended(WorkEnd end, Instant when, @Nullable Long answerBytes) {
    return with(progress.ended(end, when), answerBytes, null);
  }

  private Run with(Progress now, @Nullable Long answerBytes, @Nullable KeptAnswer answer) {
    return new Run(
        id,
        tokenId,
        appName,
        model,
        promptBytes,
        files,
        network,
        requestId,
        now,
        answerBytes,
        answer);
  }
}

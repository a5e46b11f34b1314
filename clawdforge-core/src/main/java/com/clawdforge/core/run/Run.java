package com.clawdforge.core.run;

import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.RecordedWork;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkObserver;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run as the ledger knows it.
 *
 * @param tokenId the app token that it belongs to
 * @param appName the token's name when the run was accepted
 * @param model what was asked for; what answered is in the report
 * @param promptBytes length of the prompt in UTF-8
 * @param files how many files were attached
 * @param requestId of the HTTP request that asked for it
 * @param resultBytes length of the answer in UTF-8, null without one
 * @param kept the answer, where it is kept
 */
public record Run(
    String id,
    String tokenId,
    String appName,
    String model,
    long promptBytes,
    int files,
    String requestId,
    Progress progress,
    @Nullable Long resultBytes,
    @Nullable KeptAnswer kept)
    implements RecordedWork {
  @Override
  public WorkObserver.Kind kind() {
    return WorkObserver.Kind.RUN;
  }

  /** The same run with an answer to keep, or with null for callers that may not see it any more. */
  Run keeping(@Nullable KeptAnswer answer) {
    return with(progress, resultBytes, answer);
  }

  Run started(Instant when) {
    return with(progress.started(when), resultBytes, kept);
  }

  /**
   * The same run, over.
   *
   * @param answerBytes length of the answer in UTF-8, null without one
   */
  Run ended(WorkEnd end, Instant when, @Nullable Long answerBytes) {
    return with(progress.ended(end, when), answerBytes, null);
  }

  private Run with(Progress now, @Nullable Long answerBytes, @Nullable KeptAnswer answer) {
    return new Run(
        id, tokenId, appName, model, promptBytes, files, requestId, now, answerBytes, answer);
  }
}

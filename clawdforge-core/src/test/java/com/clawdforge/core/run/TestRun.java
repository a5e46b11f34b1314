package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Network;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes {@link Run}s in each state, for tests of a store. */
public final class TestRun {
  private TestRun() {}

  /** A run that was accepted and waits. */
  public static Run queued(String id, String tokenId, Instant createdAt) {
    return queued(id, tokenId, createdAt, "request-of-" + id);
  }

  /** The same, asked for in a request with this id. */
  public static Run queued(String id, String tokenId, Instant createdAt, String requestId) {
    return new Run(
        id,
        tokenId,
        "name-of-" + tokenId,
        "sonnet",
        812,
        2,
        Network.MODEL,
        requestId,
        new Progress(WorkState.QUEUED, createdAt, null, null, AgentReport.NONE, null),
        null,
        null);
  }

  /** The same run with its agent at work. */
  public static Run started(Run run, Instant when) {
    return run.started(when);
  }

  /**
   * The same run at its end.
   *
   * @param answerBytes length of the answer in UTF-8, null without one
   */
  public static Run ended(Run run, WorkEnd end, Instant when, @Nullable Long answerBytes) {
    return run.ended(end, when, answerBytes);
  }
}

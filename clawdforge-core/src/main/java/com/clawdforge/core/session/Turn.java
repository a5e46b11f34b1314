package com.clawdforge.core.session;

import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.RecordedWork;
import com.clawdforge.core.work.WorkEnd;
import com.clawdforge.core.work.WorkObserver;
import java.time.Instant;

/**
 * A prompt in a session and what came of it, as the ledger knows it.
 *
 * @param tokenId the app token that it belongs to
 * @param appName the token's name when the turn was accepted
 * @param index counts from 1 within the session; 0 before the store has given it
 * @param promptBytes length of the prompt in UTF-8
 * @param files how many files were attached
 * @param requestId of the HTTP request that asked for it
 * @param contextLost whether the agent came back without the conversation
 */
public record Turn(
    String sessionId,
    String tokenId,
    String appName,
    int index,
    long promptBytes,
    int files,
    String requestId,
    Progress progress,
    boolean contextLost)
    implements RecordedWork {
  @Override
  public WorkObserver.Kind kind() {
    return WorkObserver.Kind.TURN;
  }

  /** The same turn under the index that the store gives it. */
  public Turn numbered(int newIndex) {
    return with(newIndex, progress, contextLost);
  }

  Turn started(Instant when) {
    return with(index, progress.started(when), contextLost);
  }

  Turn ended(WorkEnd end, Instant when, boolean lost) {
    return with(index, progress.ended(end, when), lost);
  }

  private Turn with(int newIndex, Progress now, boolean lost) {
    return new Turn(
        sessionId, tokenId, appName, newIndex, promptBytes, files, requestId, now, lost);
  }
}

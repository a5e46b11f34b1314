package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A prompt in a session and what came of it, as the ledger knows it; times have milliseconds.
 *
 * @param tokenId the app token that it belongs to
 * @param index counts from 1 within the session; 0 before the store has given it
 * @param startedAt when the agent was asked, or null
 * @param endedAt null until it is over
 * @param report what the agent told; {@link AgentReport#NONE} until it is over
 * @param contextLost whether the agent came back without the conversation
 * @param promptBytes length of the prompt in UTF-8
 * @param files how many files were attached
 * @param error null unless it failed
 * @param requestId of the HTTP request that asked for it
 */
public record Turn(
    String sessionId,
    String tokenId,
    String appName,
    int index,
    WorkState state,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    AgentReport report,
    boolean contextLost,
    long promptBytes,
    int files,
    @Nullable WorkError error,
    String requestId) {

  /** From the start of the agent, or from acceptance if there was none, to the end; null before. */
  public @Nullable Duration duration() {
    if (endedAt == null) {
      return null;
    }
    return Duration.between(startedAt == null ? createdAt : startedAt, endedAt);
  }

  /** How long it waited for its session and a free place, or null if it was never started. */
  public @Nullable Duration queued() {
    return startedAt == null ? null : Duration.between(createdAt, startedAt);
  }

  /** The same turn under the index that the store gives it. */
  public Turn numbered(int newIndex) {
    return new Turn(
        sessionId,
        tokenId,
        appName,
        newIndex,
        state,
        createdAt,
        startedAt,
        endedAt,
        report,
        contextLost,
        promptBytes,
        files,
        error,
        requestId);
  }

  Turn started(Instant when) {
    return new Turn(
        sessionId,
        tokenId,
        appName,
        index,
        WorkState.RUNNING,
        createdAt,
        when,
        null,
        report,
        contextLost,
        promptBytes,
        files,
        error,
        requestId);
  }

  Turn ended(WorkState how, Instant when, AgentReport told, boolean lost, @Nullable WorkError why) {
    return new Turn(
        sessionId,
        tokenId,
        appName,
        index,
        how,
        createdAt,
        startedAt,
        when,
        told,
        lost,
        promptBytes,
        files,
        why,
        requestId);
  }
}

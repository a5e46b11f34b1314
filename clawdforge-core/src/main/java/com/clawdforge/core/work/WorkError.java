package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.util.Optional;

/**
 * Why a run or a turn has no answer.
 *
 * @param stderrTail the end of the agent's standard error, secrets masked; may be empty
 */
public record WorkError(ErrorCode code, String detail, String stderrTail) {
  /** The agent's own failure. */
  public static WorkError of(AgentOutcome.Failed failed) {
    return new WorkError(code(failed.failure()), failed.message(), failed.stderrTail());
  }

  /** The agent was too slow. */
  public static WorkError of(AgentOutcome.TimedOut late) {
    return new WorkError(
        ErrorCode.AGENT_TIMEOUT, "the agent gave no answer within timeout_secs", late.stderrTail());
  }

  /** What was turned down after all. */
  public static WorkError of(Refusal refusal) {
    return new WorkError(refusal.code(), refusal.detail(), "");
  }

  /**
   * What a cancelled piece of work is answered with, or empty for whoever asked for just that.
   *
   * @param what {@code run} or {@code turn}
   */
  public static Optional<WorkError> of(CancelReason reason, String what) {
    return switch (reason) {
      case ASKED_FOR, SESSION_CLOSED -> Optional.empty();
      case TOKEN_REVOKED ->
          Optional.of(
              new WorkError(
                  ErrorCode.AGENT_FAILED,
                  "the " + what + " was cancelled because its token was revoked",
                  ""));
      case SHUTDOWN ->
          Optional.of(
              new WorkError(
                  ErrorCode.SHUTTING_DOWN, "the server shut down before the agent was done", ""));
    };
  }

  /** No place became free in time. */
  public static WorkError timedOutWaiting(String what) {
    return new WorkError(
        ErrorCode.AGENT_TIMEOUT,
        "no place became free for the " + what + " within timeout_secs",
        "");
  }

  /** The session was not free in time. */
  public static WorkError timedOutBehindTurn() {
    return new WorkError(
        ErrorCode.AGENT_TIMEOUT,
        "an earlier turn of the session was still running when timeout_secs had passed",
        "");
  }

  /** A defect of ours. */
  public static WorkError broken() {
    return new WorkError(
        ErrorCode.INTERNAL_ERROR, "the gateway failed; its log says why, by request id", "");
  }

  /**
   * Whether the server, and not the request, was the reason: the same request may be made again,
   * and its key was not used up.
   */
  public boolean isTransient() {
    return code == ErrorCode.AT_CAPACITY
        || code == ErrorCode.NOT_FOUND
        || code == ErrorCode.AGENT_UNAVAILABLE
        || code == ErrorCode.SHUTTING_DOWN;
  }

  private static ErrorCode code(AgentFailure failure) {
    return switch (failure) {
      case FAILED -> ErrorCode.AGENT_FAILED;
      case UNAUTHENTICATED -> ErrorCode.AGENT_UNAUTHENTICATED;
      case OUTPUT_INVALID -> ErrorCode.AGENT_OUTPUT_INVALID;
      case BUDGET_EXHAUSTED -> ErrorCode.BUDGET_EXHAUSTED;
      case UNAVAILABLE -> ErrorCode.AGENT_UNAVAILABLE;
    };
  }
}

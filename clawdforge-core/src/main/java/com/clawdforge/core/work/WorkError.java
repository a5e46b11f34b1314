package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a run or turn has no answer.
 *
 * @param stderrTail the end of the agent's standard error, secrets masked; may be empty
 * @param field the field of the request that caused it, or null
 * @param retry whether and when the work may be repeated, as far as the agent knows
 */
public record WorkError(
    ErrorCode code, String detail, String stderrTail, @Nullable String field, RetryAdvice retry) {
  /** An error that says nothing about a field or a retry. */
  public WorkError(ErrorCode code, String detail, String stderrTail) {
    this(code, detail, stderrTail, null, RetryAdvice.NONE);
  }

  /** The agent's own failure. */
  public static WorkError of(AgentOutcome.Failed failed) {
    return new WorkError(
        code(failed.failure()),
        failed.message(),
        failed.stderrTail(),
        failed.failure() == AgentFailure.INPUT_INVALID ? "files" : null,
        failed.retry());
  }

  /** The agent was too slow. */
  public static WorkError of(AgentOutcome.TimedOut late) {
    return new WorkError(
        ErrorCode.AGENT_TIMEOUT, "the agent gave no answer within timeout_secs", late.stderrTail());
  }

  /** The work was refused after its acceptance. */
  public static WorkError of(Refusal refusal) {
    return new WorkError(refusal.code(), refusal.detail(), "", refusal.field(), RetryAdvice.NONE);
  }

  /**
   * The error of cancelled work; empty if its own app cancelled it.
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

  /** A defect of the gateway. */
  public static WorkError broken() {
    return new WorkError(
        ErrorCode.INTERNAL_ERROR, "the gateway failed; its log says why, by request id", "");
  }

  /**
   * Whether the server or the provider, and not the request, was the reason, and the model had no
   * effects: the request may be retried with the same key.
   */
  public boolean isTransient() {
    return switch (code) {
      case AT_CAPACITY, QUOTA_EXCEEDED, NOT_FOUND, AGENT_UNAVAILABLE, SHUTTING_DOWN -> true;
      case USAGE_LIMIT_REACHED, PROVIDER_OVERLOADED, PROVIDER_UNREACHABLE -> !retry.acted();
      default -> false;
    };
  }

  /**
   * Whether work has ended so that a request with its key is a new one: its error is transient, or
   * its token had no money left for it before it was started.
   */
  public static boolean forgetsKey(RecordedWork work) {
    @Nullable WorkError error = work.error();
    return error != null
        && (error.isTransient()
            || (error.code() == ErrorCode.BUDGET_EXHAUSTED && work.startedAt() == null));
  }

  private static ErrorCode code(AgentFailure failure) {
    return switch (failure) {
      case FAILED -> ErrorCode.AGENT_FAILED;
      case UNAUTHENTICATED -> ErrorCode.AGENT_UNAUTHENTICATED;
      case OUTPUT_INVALID -> ErrorCode.AGENT_OUTPUT_INVALID;
      case BUDGET_EXHAUSTED -> ErrorCode.BUDGET_EXHAUSTED;
      case UNAVAILABLE -> ErrorCode.AGENT_UNAVAILABLE;
      case USAGE_LIMIT_REACHED -> ErrorCode.USAGE_LIMIT_REACHED;
      case PROVIDER_OVERLOADED -> ErrorCode.PROVIDER_OVERLOADED;
      case PROVIDER_UNREACHABLE -> ErrorCode.PROVIDER_UNREACHABLE;
      case REFUSED -> ErrorCode.REFUSED;
      case INPUT_INVALID -> ErrorCode.INVALID_REQUEST;
    };
  }
}

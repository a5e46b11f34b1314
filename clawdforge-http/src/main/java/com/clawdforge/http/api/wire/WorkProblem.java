package com.clawdforge.http.api.wire;

import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.work.RecordedWork;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.http.web.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The error of a run or a turn as the answer to a request. */
public final class WorkProblem {
  private static final Duration SOON = Duration.ofSeconds(5);
  // Providers in trouble take longer than a server that has no place.
  private static final Duration IN_A_WHILE = Duration.ofSeconds(30);
  private static final Duration IN_A_MINUTE = Duration.ofMinutes(1);

  private WorkProblem() {}

  /**
   * Null if the work has an answer, may still get one, or is a turn that was cancelled.
   *
   * @param now from when on to wait before a retry
   */
  public static @Nullable Problem of(RecordedWork work, Instant now) {
    @Nullable WorkError error = ErrorView.error(work);
    return error == null
        ? null
        : of(
            error,
            Objects.requireNonNullElse(work.duration(), Duration.ZERO),
            work.report().stopReason(),
            work.startedAt() != null,
            now);
  }

  /**
   * The problem of an error.
   *
   * @param duration how long the agent ran
   * @param started whether the agent was started
   */
  public static Problem of(
      WorkError error,
      Duration duration,
      @Nullable String stopReason,
      boolean started,
      Instant now) {
    return Problem.ofAgent(
        error.code(),
        error.detail(),
        error.field(),
        retryAfter(error, now),
        new Problem.AgentTrace(
            duration, stopReason, error.stderrTail(), mayHaveRun(error, started), reached(error)));
  }

  static Problem.@Nullable ReachedLimit reached(WorkError error) {
    return error.code() == ErrorCode.USAGE_LIMIT_REACHED
        ? new Problem.ReachedLimit(error.retry().notBefore(), error.retry().limit())
        : null;
  }

  private static boolean mayHaveRun(WorkError error, boolean started) {
    return switch (error.code()) {
      case AT_CAPACITY, QUOTA_EXCEEDED, AGENT_UNAVAILABLE -> false;
      case SHUTTING_DOWN -> started;
      case USAGE_LIMIT_REACHED, PROVIDER_OVERLOADED, PROVIDER_UNREACHABLE -> error.retry().acted();
      default -> true;
    };
  }

  private static @Nullable Duration retryAfter(WorkError error, Instant now) {
    return switch (error.code()) {
      case AT_CAPACITY, QUOTA_EXCEEDED, AGENT_UNAVAILABLE, SHUTTING_DOWN -> SOON;
      case PROVIDER_OVERLOADED, PROVIDER_UNREACHABLE -> wait(error.retry(), now, IN_A_WHILE);
      case USAGE_LIMIT_REACHED -> wait(error.retry(), now, IN_A_MINUTE);
      default -> null;
    };
  }

  private static Duration wait(RetryAdvice retry, Instant now, Duration ifUnknown) {
    return retry.notBefore() == null ? ifUnknown : Duration.between(now, retry.notBefore());
  }
}

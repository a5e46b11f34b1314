package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The gateway answered with an error. What callers tell apart has a class of its own. */
public sealed class ForgeApiException extends ForgeException
    permits ForgeAuthenticationException,
        ForgeNotFoundException,
        ForgeSessionClosedException,
        ForgeRateLimitException,
        ForgeAgentException {
  private static final long serialVersionUID = 1L;

  /** What the gateway said. */
  final Problem problem;

  ForgeApiException(Problem problem) {
    super(problem.message(), null);
    this.problem = problem;
  }

  // A proxy's own 410 says nothing about a session.
  static ForgeApiException of(Problem problem) {
    String code = problem.code() == null ? "" : problem.code();
    if (problem.isAgentFailure()) {
      return code.equals("agent_timeout")
          ? new ForgeTimeoutException(problem)
          : new ForgeAgentException(problem);
    }
    if (code.equals("session_closed")) {
      return new ForgeSessionClosedException(problem);
    }
    return switch (problem.status()) {
      case 401 -> new ForgeAuthenticationException(problem);
      case 404 -> new ForgeNotFoundException(problem);
      case 429 -> new ForgeRateLimitException(problem);
      default -> new ForgeApiException(problem);
    };
  }

  /** The HTTP status; for a turn's end that a stream told, the one of the plain answer. */
  public int status() {
    return problem.status();
  }

  /**
   * The gateway's code, such as {@code agent_timeout}; null if something else answered, a proxy for
   * example.
   */
  public @Nullable String code() {
    return problem.code();
  }

  /** What went wrong and, where that is known, what to do. */
  public String detail() {
    return problem.detail();
  }

  /** The id under which the gateway's log tells more, or null. */
  public @Nullable String requestId() {
    return problem.requestId();
  }

  /** After what time the same call may succeed, or null if the gateway does not say. */
  public @Nullable Duration retryAfter() {
    return problem.retryAfter();
  }

  /** The field of the request that was not allowed, or null. */
  public @Nullable String field() {
    return problem.field();
  }
}

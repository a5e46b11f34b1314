package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The gateway answered with an error. Errors that callers handle differently are subclasses. */
public sealed class ForgeApiException extends ForgeException
    permits ForgeAuthenticationException,
        ForgeNotFoundException,
        ForgeSessionClosedException,
        ForgeRateLimitException,
        ForgeAgentException {
  private static final long serialVersionUID = 1L;

  final Problem problem;

  ForgeApiException(Problem problem) {
    super(problem.message(), null);
    this.problem = problem;
  }

  // A proxy's own 410 says nothing about a session.
  static ForgeApiException of(Problem problem) {
    String code = problem.code() == null ? "" : problem.code();
    if (problem.isAgentFailure()) {
      return switch (code) {
        case "agent_timeout" -> new ForgeTimeoutException(problem);
        case "provider_overloaded", "provider_unreachable" -> new ForgeProviderException(problem);
        case "refused" -> new ForgeRefusedException(problem);
        default -> new ForgeAgentException(problem);
      };
    }
    if (code.equals("usage_limit_reached")) {
      return new ForgeUsageLimitException(problem);
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

  /** The HTTP status; for work that failed in a stream, the status of the plain answer. */
  public int status() {
    return problem.status();
  }

  /**
   * The gateway's code, such as {@code agent_timeout}; null if something else answered, such as a
   * proxy.
   */
  public @Nullable String code() {
    return problem.code();
  }

  /** What went wrong and, if known, what to do about it. */
  public String detail() {
    return problem.detail();
  }

  /** The id of the request in the gateway's log, or null. */
  public @Nullable String requestId() {
    return problem.requestId();
  }

  /** The time after which the same call may succeed, or null if unknown. */
  public @Nullable Duration retryAfter() {
    return problem.retryAfter();
  }

  /** The invalid field of the request, or null. */
  public @Nullable String field() {
    return problem.field();
  }
}

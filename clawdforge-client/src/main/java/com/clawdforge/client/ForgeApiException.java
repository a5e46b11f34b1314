package com.clawdforge.client;

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

  /** Whether the gateway said that only the caller can know whether to ask again. */
  boolean retryForbidden() {
    return problem.retryForbidden();
  }
}

package com.clawdforge.http.web;

import com.clawdforge.core.error.Allowance;
import com.clawdforge.core.error.DiskFullException;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.NoRoom;
import com.clawdforge.core.error.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error in the contract's format: RFC 9457 with our extension members.
 *
 * @param field the field of the request that caused it, or null
 * @param retryAfter how long to wait before a retry, or null
 * @param agent how far the agent got, if an agent failed
 * @param allowance the limit of the caller's token that is reached, or null
 */
public record Problem(
    int status,
    ErrorCode code,
    String detail,
    @Nullable String field,
    @Nullable Duration retryAfter,
    @Nullable AgentTrace agent,
    @Nullable Allowance allowance) {
  static final String CONTENT_TYPE = "application/problem+json";

  /**
   * A header for clients that retry automatically: {@code false} if an agent may have run, or if a
   * retry would fail again.
   */
  public static final String SHOULD_RETRY = "x-should-retry";

  /** A limit that is reset later than this is not worth waiting for. */
  private static final Duration LONG_WAIT = Duration.ofMinutes(1);

  private static final Duration DISK_RETRY = Duration.ofSeconds(30);

  private static final int STDERR_TAIL_CHARS = 2000;

  /**
   * How far an agent got before it failed.
   *
   * @param mayHaveRun whether it may have had effects
   * @param reached the limit of the account that stopped it, or null
   */
  public record AgentTrace(
      Duration duration,
      @Nullable String stopReason,
      String stderr,
      boolean mayHaveRun,
      @Nullable ReachedLimit reached) {}

  /**
   * A limit of the account at the provider.
   *
   * @param resetsAt when it may be used again, or null if unknown
   * @param limit the provider's name of it, or null
   */
  public record ReachedLimit(@Nullable Instant resetsAt, @Nullable String limit) {}

  public static Problem of(ErrorCode code, String detail) {
    return new Problem(status(code), code, detail, null, null, null, null);
  }

  public static Problem of(Refusal refusal) {
    return new Problem(
        status(refusal.code()),
        refusal.code(),
        refusal.detail(),
        refusal.field(),
        refusal.retryAfter(),
        null,
        refusal.allowance());
  }

  /** The problem of a run or a turn that failed. */
  public static Problem ofAgent(
      ErrorCode code,
      String detail,
      @Nullable String field,
      @Nullable Duration retryAfter,
      AgentTrace trace) {
    return new Problem(status(code), code, detail, field, retryAfter, trace, null);
  }

  public static Problem internalError() {
    return of(
        ErrorCode.INTERNAL_ERROR,
        "the gateway failed; its log says why, under this answer's request_id");
  }

  /** What to answer when the server's disk is full: the request itself was right. */
  public static Problem diskFull() {
    return diskFull(
        "the disk of the server is full, so nothing can be recorded; try again once its operator"
            + " has made room",
        DISK_RETRY);
  }

  private static Problem diskFull(String detail, @Nullable Duration retryAfter) {
    ErrorCode code = ErrorCode.AT_CAPACITY;
    return new Problem(status(code), code, detail, null, retryAfter, null, null);
  }

  /** The end of work that an agent did could not be recorded: asking again would do it twice. */
  public static final class OutcomeUnknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutcomeUnknown(RuntimeException why) {
      super(why);
    }
  }

  /** The problem of a failure that is none of the client's. */
  public static Problem ofFailure(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DiskFullException
          || (cause instanceof IOException e && NoRoom.isIn(e))) {
        return failure instanceof OutcomeUnknown
            ? diskFull(
                "the agent was asked, but the disk of the server is full, so its end is not"
                    + " recorded; look for it once the operator has made room",
                null)
            : diskFull();
      }
    }
    return internalError();
  }

  /** The same problem with a status of the HTTP layer, such as 431. */
  Problem withStatus(int other) {
    return new Problem(other, code, detail, field, retryAfter, agent, allowance);
  }

  /** The last 2,000 characters of an agent's standard error. */
  public static String tail(String stderr) {
    return stderr.substring(Math.max(0, stderr.length() - STDERR_TAIL_CHARS));
  }

  public Map<String, @Nullable Object> body(String requestId) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("type", "urn:clawdforge:error:" + code.wire());
    members.put("title", code.title());
    members.put("status", status);
    members.put("detail", detail);
    if (field != null) {
      members.put("field", field);
    }
    members.put("ok", false);
    members.put("code", code.wire());
    members.put("error", detail);
    members.put("request_id", requestId);
    if (agent != null) {
      members.put("duration_ms", agent.duration().toMillis());
      members.put("stop_reason", agent.stopReason());
      members.put("stderr_tail", tail(agent.stderr()));
      if (agent.reached() != null) {
        putIfKnown(members, "resets_at", Json.timeOrNull(agent.reached().resetsAt()));
        putIfKnown(members, "limit", agent.reached().limit());
      }
    }
    if (allowance != null) {
      members.put("limit", allowance.limit());
      members.put("allowed", allowance.allowed());
      members.put("left", allowance.left());
      putIfKnown(members, "resets_at", Json.timeOrNull(allowance.resetsAt()));
    }
    return members;
  }

  private static void putIfKnown(
      Map<String, @Nullable Object> members, String name, @Nullable String value) {
    if (value != null) {
      members.put(name, value);
    }
  }

  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    if (retryAfter != null) {
      headers.put(
          "Retry-After", Long.toString(Math.max(1, retryAfter.plusMillis(999).toSeconds())));
    }
    if (code == ErrorCode.UNAUTHENTICATED) {
      headers.put("WWW-Authenticate", "Bearer");
    }
    if (allowance != null) {
      headers.putAll(RateLimitFields.of(allowance, retryAfter));
    }
    // The bearer that was refused would be refused again.
    if ((code == ErrorCode.RATE_LIMITED && allowance == null)
        || (allowance != null && isLong(retryAfter))
        || (agent != null && (agent.mayHaveRun() || isResetLate(agent)))) {
      headers.put(SHOULD_RETRY, "false");
    }
    return headers;
  }

  private boolean isResetLate(AgentTrace trace) {
    return trace.reached() != null && isLong(retryAfter);
  }

  private static boolean isLong(@Nullable Duration wait) {
    return wait != null && wait.compareTo(LONG_WAIT) > 0;
  }

  private static int status(ErrorCode code) {
    return switch (code) {
      case MALFORMED_REQUEST -> 400;
      case UNAUTHENTICATED -> 401;
      case BUDGET_EXHAUSTED -> 402;
      case ADDRESS_NOT_ALLOWED, ADMIN_REQUIRED, PERMISSION_CEILING -> 403;
      case NOT_FOUND -> 404;
      case METHOD_NOT_ALLOWED -> 405;
      case TURN_IN_PROGRESS, NAME_TAKEN, IDEMPOTENCY_CONFLICT -> 409;
      case SESSION_CLOSED -> 410;
      case PAYLOAD_TOO_LARGE -> 413;
      case UNSUPPORTED_MEDIA_TYPE -> 415;
      case MISDIRECTED_REQUEST -> 421;
      case INVALID_REQUEST, REFUSED -> 422;
      case RATE_LIMITED, QUOTA_EXCEEDED, USAGE_LIMIT_REACHED -> 429;
      case AGENT_FAILED, AGENT_UNAUTHENTICATED, AGENT_OUTPUT_INVALID -> 502;
      case AT_CAPACITY,
          AGENT_UNAVAILABLE,
          SHUTTING_DOWN,
          PROVIDER_OVERLOADED,
          PROVIDER_UNREACHABLE ->
          503;
      case AGENT_TIMEOUT -> 504;
      case INTERNAL_ERROR -> 500;
    };
  }
}

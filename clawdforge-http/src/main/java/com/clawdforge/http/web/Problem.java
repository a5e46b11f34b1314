package com.clawdforge.http.web;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error in the contract's format: RFC 9457 with our extension members.
 *
 * @param field the field of the request that caused it, or null
 * @param retryAfter how long to wait before a retry, or null
 * @param agent how far the agent got, if an agent failed
 */
public record Problem(
    int status,
    ErrorCode code,
    String detail,
    @Nullable String field,
    @Nullable Duration retryAfter,
    @Nullable AgentTrace agent) {
  static final String CONTENT_TYPE = "application/problem+json";

  /** A header for clients that retry automatically: {@code false} if an agent may have run. */
  public static final String SHOULD_RETRY = "x-should-retry";

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final int STDERR_TAIL_CHARS = 2000;

  /** How far an agent got before it failed; {@code mayHaveRun} if it may have had effects. */
  record AgentTrace(
      long durationMs, @Nullable String stopReason, String stderrTail, boolean mayHaveRun) {}

  public static Problem of(ErrorCode code, String detail) {
    return new Problem(status(code), code, detail, null, null, null);
  }

  public static Problem of(Refusal refusal) {
    return new Problem(
        status(refusal.code()),
        refusal.code(),
        refusal.detail(),
        refusal.field(),
        refusal.retryAfter(),
        null);
  }

  /**
   * The problem of a run or a turn that failed.
   *
   * @param started whether the agent was started
   */
  public static Problem ofAgent(
      ErrorCode code,
      String detail,
      Duration duration,
      @Nullable String stopReason,
      String stderr,
      boolean started) {
    int status = status(code);
    boolean mayHaveRun = status != 503 || (code == ErrorCode.SHUTTING_DOWN && started);
    AgentTrace trace = new AgentTrace(duration.toMillis(), stopReason, tail(stderr), mayHaveRun);
    return new Problem(status, code, detail, null, status == 503 ? RETRY_AFTER : null, trace);
  }

  public static Problem internalError() {
    return of(
        ErrorCode.INTERNAL_ERROR,
        "the gateway failed; its log says why, under this answer's request_id");
  }

  /** The same problem with a status of the HTTP layer, such as 431. */
  Problem withStatus(int other) {
    return new Problem(other, code, detail, field, retryAfter, agent);
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
      members.put("duration_ms", agent.durationMs());
      members.put("stop_reason", agent.stopReason());
      members.put("stderr_tail", agent.stderrTail());
    }
    return members;
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
    if (agent != null && agent.mayHaveRun()) {
      headers.put(SHOULD_RETRY, "false");
    }
    return headers;
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
      case INVALID_REQUEST -> 422;
      case AGENT_FAILED, AGENT_UNAUTHENTICATED, AGENT_OUTPUT_INVALID -> 502;
      case AT_CAPACITY, AGENT_UNAVAILABLE, SHUTTING_DOWN -> 503;
      case AGENT_TIMEOUT -> 504;
      case INTERNAL_ERROR -> 500;
    };
  }
}

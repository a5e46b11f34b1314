package com.clawdforge.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The gateway answered with an error. */
public final class ForgeApiException extends ForgeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String code;
  private final String detail;
  private final @Nullable String requestId;
  private final @Nullable Duration retryAfter;
  private final @Nullable String field;
  private final @Nullable String stderrTail;
  private final boolean retryForbidden;

  ForgeApiException(
      int status,
      @Nullable String code,
      String detail,
      @Nullable String requestId,
      @Nullable Duration retryAfter,
      @Nullable String field,
      @Nullable String stderrTail,
      boolean retryForbidden) {
    super(message(status, code, detail, requestId), null);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
    this.field = field;
    this.stderrTail = stderrTail;
    this.retryForbidden = retryForbidden;
  }

  private static String message(
      int status, @Nullable String code, String detail, @Nullable String requestId) {
    return status
        + (code == null ? "" : " " + code)
        + ": "
        + detail
        + (requestId == null ? "" : " (request " + requestId + ")");
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /**
   * The gateway's code, such as {@code agent_timeout}; null if something else answered, a proxy for
   * example.
   */
  public @Nullable String code() {
    return code;
  }

  /** What went wrong and, where that is known, what to do. */
  public String detail() {
    return detail;
  }

  /** The id under which the gateway's log tells more, or null. */
  public @Nullable String requestId() {
    return requestId;
  }

  /** After what time the same call may succeed, or null if the gateway does not say. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** The field of the request that was not allowed, or null. */
  public @Nullable String field() {
    return field;
  }

  /** The end of the agent's standard error, secrets masked; null unless an agent failed. */
  public @Nullable String stderrTail() {
    return stderrTail;
  }

  /** Whether the gateway said that only the caller can know whether to ask again. */
  boolean retryForbidden() {
    return retryForbidden;
  }
}

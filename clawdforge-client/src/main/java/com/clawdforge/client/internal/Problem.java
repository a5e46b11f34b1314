package com.clawdforge.client.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An error answer, from the gateway or from a proxy in front of it. */
public record Problem(
    int status,
    @Nullable String code,
    String detail,
    @Nullable String requestId,
    @Nullable Duration retryAfter,
    @Nullable String field,
    @Nullable Duration duration,
    @Nullable String stopReason,
    @Nullable String stderrTail,
    @Nullable Instant resetsAt,
    @Nullable String limit,
    boolean retryForbidden)
    implements Serializable {
  private static final Set<String> OF_AGENT =
      Set.of(
          "agent_timeout",
          "agent_failed",
          "agent_unauthenticated",
          "agent_output_invalid",
          "provider_overloaded",
          "provider_unreachable",
          "refused");

  /** Reads the answer to a call. */
  public static Problem of(int status, HttpHeaders headers, byte[] answer, Instant now) {
    ObjectNode body = Json.objectOrNull(answer);
    return of(
        status,
        body == null ? Json.object() : body,
        body == null ? excerpt(answer) : detail(body),
        headers.firstValue("X-Request-Id").orElse(null),
        retryAfter(headers, now),
        headers.firstValue("x-should-retry").orElse("").equalsIgnoreCase("false"));
  }

  /**
   * Reads the last event of a stream.
   *
   * @throws CallException if it is not a usable error
   */
  public static Problem ofEvent(String data) {
    ObjectNode body = Json.objectOrNull(data.getBytes(StandardCharsets.UTF_8));
    Long status = body == null ? null : Json.integer(body, "status");
    if (body == null || status == null) {
      throw new CallException.Failed("the gateway ended a stream with an unusable error", null);
    }
    return of(status.intValue(), body, detail(body), null, null, true);
  }

  private static Problem of(
      int status,
      ObjectNode body,
      String detail,
      @Nullable String headerId,
      @Nullable Duration retryAfter,
      boolean retryForbidden) {
    String requestId = Json.text(body, "request_id");
    return new Problem(
        status,
        Json.text(body, "code"),
        detail,
        requestId == null ? headerId : requestId,
        retryAfter,
        Json.text(body, "field"),
        Json.millis(body, "duration_ms"),
        Json.text(body, "stop_reason"),
        Json.text(body, "stderr_tail"),
        Json.timeOrNull(body, "resets_at"),
        Json.text(body, "limit"),
        retryForbidden);
  }

  /**
   * Whether the agent ran and failed. The code decides, not the status: a proxy's own 502 says
   * nothing about an agent.
   */
  public boolean isAgentFailure() {
    return code != null && OF_AGENT.contains(code);
  }

  public String message() {
    return status
        + (code == null ? "" : " " + code)
        + ": "
        + detail
        + (requestId == null ? "" : " (request " + requestId + ")");
  }

  private static String detail(ObjectNode body) {
    String detail = Json.text(body, "detail");
    if (detail == null) {
      detail = Json.text(body, "error");
    }
    return detail == null ? excerpt(Json.bytes(body)) : detail;
  }

  private static String excerpt(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    if (text.isEmpty()) {
      return "an error without a body";
    }
    return Texts.excerpt(text);
  }

  // The gateway sends seconds; a proxy may send a date.
  private static @Nullable Duration retryAfter(HttpHeaders headers, Instant now) {
    String value = headers.firstValue("Retry-After").orElse(null);
    if (value == null) {
      return null;
    }
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      Instant when = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(now, when);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException garbage) {
      return null;
    }
  }
}

package com.clawdforge.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** An answer that is an error, whoever wrote it. */
record Problem(
    int status,
    @Nullable String code,
    String detail,
    @Nullable String requestId,
    @Nullable Duration retryAfter,
    @Nullable String field,
    @Nullable Duration duration,
    @Nullable String stopReason,
    @Nullable String stderrTail,
    boolean retryForbidden)
    implements Serializable {
  private static final int EXCERPT = 300;

  static ForgeApiException of(int status, HttpHeaders headers, byte[] answer, Instant now) {
    ObjectNode body = Json.objectOrNull(answer);
    Duration retryAfter = retryAfter(headers, now);
    boolean retryForbidden =
        headers.firstValue("x-should-retry").orElse("").equalsIgnoreCase("false");
    String headerId = headers.firstValue("X-Request-Id").orElse(null);
    Problem problem =
        body == null
            ? new Problem(
                status,
                null,
                excerpt(answer),
                headerId,
                retryAfter,
                null,
                null,
                null,
                null,
                retryForbidden)
            : of(status, body, headerId, retryAfter, retryForbidden);
    return problem.exception();
  }

  /** What the last event of a stream tells. */
  static ForgeApiException ofEvent(String data) {
    ObjectNode body = Json.objectOrNull(data.getBytes(StandardCharsets.UTF_8));
    Long status = body == null ? null : Json.integer(body, "status");
    if (body == null || status == null) {
      throw new ForgeTransportException("the gateway ended a stream with an unusable error", null);
    }
    return of(status.intValue(), body, null, null, true).exception();
  }

  private static Problem of(
      int status,
      ObjectNode body,
      @Nullable String headerId,
      @Nullable Duration retryAfter,
      boolean retryForbidden) {
    String requestId = Json.text(body, "request_id");
    return new Problem(
        status,
        Json.text(body, "code"),
        detail(body),
        requestId == null ? headerId : requestId,
        retryAfter,
        Json.text(body, "field"),
        Json.millis(body, "duration_ms"),
        Json.text(body, "stop_reason"),
        Json.text(body, "stderr_tail"),
        retryForbidden);
  }

  // A proxy's own 502 says nothing of an agent, nor its 410 of a session.
  private ForgeApiException exception() {
    return switch (code == null ? "" : code) {
      case "agent_timeout" -> new ForgeTimeoutException(this);
      case "agent_failed", "agent_unauthenticated", "agent_output_invalid" ->
          new ForgeAgentException(this);
      case "session_closed" -> new ForgeSessionClosedException(this);
      default ->
          switch (status) {
            case 401 -> new ForgeAuthenticationException(this);
            case 404 -> new ForgeNotFoundException(this);
            case 429 -> new ForgeRateLimitException(this);
            default -> new ForgeApiException(this);
          };
    };
  }

  String message() {
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
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "…";
  }

  // Seconds from the gateway, perhaps a date from a proxy.
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

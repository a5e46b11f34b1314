package com.clawdforge.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Makes an exception of an answer that is an error, whoever wrote it. */
final class Problem {
  private static final int EXCERPT = 300;

  private Problem() {}

  static ForgeApiException of(int status, HttpHeaders headers, byte[] answer, Instant now) {
    ObjectNode body = Json.objectOrNull(answer);
    Duration retryAfter = retryAfter(headers, now);
    boolean retryForbidden =
        headers.firstValue("x-should-retry").orElse("").equalsIgnoreCase("false");
    String headerId = headers.firstValue("X-Request-Id").orElse(null);
    if (body == null) {
      return new ForgeApiException(
          status, null, excerpt(answer), headerId, retryAfter, null, null, retryForbidden);
    }
    String requestId = Json.text(body, "request_id");
    return of(status, body, requestId == null ? headerId : requestId, retryAfter, retryForbidden);
  }

  /** What the last event of a stream tells. */
  static ForgeApiException ofEvent(String data) {
    ObjectNode body = Json.objectOrNull(data.getBytes(StandardCharsets.UTF_8));
    Long status = body == null ? null : Json.integer(body, "status");
    if (body == null || status == null) {
      throw new ForgeTransportException("the gateway ended a stream with an unusable error", null);
    }
    return of(status.intValue(), body, Json.text(body, "request_id"), null, true);
  }

  private static ForgeApiException of(
      int status,
      ObjectNode body,
      @Nullable String requestId,
      @Nullable Duration retryAfter,
      boolean retryForbidden) {
    return new ForgeApiException(
        status,
        Json.text(body, "code"),
        detail(body),
        requestId,
        retryAfter,
        Json.text(body, "field"),
        Json.text(body, "stderr_tail"),
        retryForbidden);
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

package com.clawdforge.client.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error in the gateway's format.
 *
 * @param field of the request that is wrong, or null
 * @param retryAfter rounded up to whole seconds, or null
 * @param limit the provider's name of a limit that is reached, or null
 * @param resetsAt when that limit is reset, or null
 */
record FakeError(
    String code,
    String detail,
    @Nullable String field,
    @Nullable Duration retryAfter,
    @Nullable String limit,
    @Nullable Instant resetsAt) {
  private static final Map<String, Integer> STATUS =
      Map.ofEntries(
          Map.entry("malformed_request", 400),
          Map.entry("unauthenticated", 401),
          Map.entry("budget_exhausted", 402),
          Map.entry("address_not_allowed", 403),
          Map.entry("permission_ceiling", 403),
          Map.entry("not_found", 404),
          Map.entry("method_not_allowed", 405),
          Map.entry("turn_in_progress", 409),
          Map.entry("idempotency_conflict", 409),
          Map.entry("session_closed", 410),
          Map.entry("payload_too_large", 413),
          Map.entry("invalid_request", 422),
          Map.entry("refused", 422),
          Map.entry("rate_limited", 429),
          Map.entry("quota_exceeded", 429),
          Map.entry("usage_limit_reached", 429),
          Map.entry("internal_error", 500),
          Map.entry("agent_failed", 502),
          Map.entry("agent_unauthenticated", 502),
          Map.entry("agent_output_invalid", 502),
          Map.entry("at_capacity", 503),
          Map.entry("agent_unavailable", 503),
          Map.entry("shutting_down", 503),
          Map.entry("provider_overloaded", 503),
          Map.entry("provider_unreachable", 503),
          Map.entry("agent_timeout", 504));

  FakeError {
    if (!STATUS.containsKey(code)) {
      throw new IllegalArgumentException(
          "'" + code + "' is no code of the gateway, which are " + STATUS.keySet());
    }
  }

  static FakeError of(String code, String detail) {
    Duration soon = status(code) == 503 ? Duration.ofSeconds(1) : null;
    return new FakeError(code, detail, null, soon, null, null);
  }

  static FakeError inField(String field, String detail) {
    return new FakeError("invalid_request", detail, field, null, null, null);
  }

  private static int status(String code) {
    return STATUS.getOrDefault(code, 0);
  }

  int status() {
    return status(code);
  }

  FakeError retryAfter(Duration wait) {
    return new FakeError(code, detail, field, wait, limit, resetsAt);
  }

  /** Whether an agent has worked before the error: then the gateway has a record of the work. */
  boolean ofAgent() {
    return switch (code) {
      case "agent_failed",
          "agent_unauthenticated",
          "agent_output_invalid",
          "agent_timeout",
          "provider_overloaded",
          "provider_unreachable",
          "usage_limit_reached",
          "refused" ->
          true;
      default -> false;
    };
  }

  /** The reason as a record of the work has it. */
  ObjectNode reason() {
    ObjectNode reason = Wire.object().put("code", code).put("detail", detail);
    if (limit != null) {
      reason.put("limit", limit);
    }
    if (resetsAt != null) {
      reason.put("resets_at", resetsAt.toString());
    }
    return reason;
  }

  /** The body of the answer. */
  ObjectNode problem(String requestId) {
    ObjectNode problem =
        Wire.object()
            .put("type", "urn:clawdforge:error:" + code)
            .put("title", code.replace('_', ' '))
            .put("status", status());
    problem.setAll(reason());
    if (field != null) {
      problem.put("field", field);
    }
    return problem.put("ok", false).put("error", detail).put("request_id", requestId);
  }
}

package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a run or a turn has no answer.
 *
 * @param code the gateway's code, such as {@code agent_timeout}, or null
 * @param resetsAt with {@code usage_limit_reached}, when the limit is reset; null if unknown
 * @param limit with {@code usage_limit_reached}, the provider's name of it; null if unknown
 */
public record Failure(
    @Nullable String code, String detail, @Nullable Instant resetsAt, @Nullable String limit) {
  /** A failure that is no usage limit. */
  public Failure(@Nullable String code, String detail) {
    this(code, detail, null, null);
  }

  static @Nullable Failure of(@Nullable JsonNode error) {
    if (error == null || error.isNull()) {
      return null;
    }
    String detail = error.isTextual() ? error.textValue() : Json.text(error, "detail");
    return new Failure(
        Json.text(error, "code"),
        detail == null ? error.toString() : detail,
        Json.timeOrNull(error, "resets_at"),
        Json.text(error, "limit"));
  }
}

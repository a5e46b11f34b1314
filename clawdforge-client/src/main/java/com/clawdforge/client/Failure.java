package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The reason why a run or a turn has no answer.
 *
 * @param code the gateway's code, such as {@code agent_timeout}, or null
 */
public record Failure(@Nullable String code, String detail) {
  static @Nullable Failure of(@Nullable JsonNode error) {
    if (error == null || error.isNull()) {
      return null;
    }
    String detail = error.isTextual() ? error.textValue() : Json.text(error, "detail");
    return new Failure(Json.text(error, "code"), detail == null ? error.toString() : detail);
  }
}

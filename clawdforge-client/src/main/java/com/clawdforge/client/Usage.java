package com.clawdforge.client;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Numbers of tokens, as counted by the provider. */
public record Usage(
    long inputTokens, long outputTokens, long cacheReadInputTokens, long cacheCreationInputTokens) {
  static @Nullable Usage of(@Nullable JsonNode usage) {
    return usage == null || !usage.isObject()
        ? null
        : new Usage(
            usage.path("input_tokens").asLong(),
            usage.path("output_tokens").asLong(),
            usage.path("cache_read_input_tokens").asLong(),
            usage.path("cache_creation_input_tokens").asLong());
  }
}

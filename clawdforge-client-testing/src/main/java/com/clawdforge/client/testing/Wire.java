package com.clawdforge.client.testing;

import com.clawdforge.client.Usage;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON as the gateway writes it. */
final class Wire {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Wire() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array(List<? extends JsonNode> items) {
    return JsonNodeFactory.instance.arrayNode().addAll(items);
  }

  /** Parses a text; null if it is not JSON. */
  static @Nullable JsonNode jsonOrNull(String text) {
    try {
      JsonNode json = MAPPER.readTree(text);
      return json == null || json.isMissingNode() ? null : json;
    } catch (JsonProcessingException notJson) {
      return null;
    }
  }

  /** A value of the app's as JSON, by Jackson's rules. */
  static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  static byte[] bytes(JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  static @Nullable JsonNode usage(@Nullable Usage usage) {
    return usage == null
        ? null
        : object()
            .put("input_tokens", usage.inputTokens())
            .put("output_tokens", usage.outputTokens())
            .put("cache_read_input_tokens", usage.cacheReadInputTokens())
            .put("cache_creation_input_tokens", usage.cacheCreationInputTokens());
  }

  static @Nullable String time(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}

package com.clawdforge.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the members of the gateway's answers; what it does not know it leaves alone. */
final class Json {
  static final ObjectMapper MAPPER =
      JsonMapper.builder(
              // Agents' messages are bounded by the gateway, and in no other way.
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // Numbers of an answer stay as the agent wrote them, as far as JSON trees can.
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON", e);
    }
  }

  static String text(JsonNode node) {
    return new String(bytes(node), StandardCharsets.UTF_8);
  }

  /** The object that these bytes spell, or null if they spell none. */
  static @Nullable ObjectNode objectOrNull(byte[] body) {
    try {
      return MAPPER.readTree(body) instanceof ObjectNode object ? object : null;
    } catch (IOException notJson) {
      return null;
    }
  }

  static @Nullable String text(JsonNode node, String name) {
    JsonNode member = node.get(name);
    return member == null || !member.isTextual() ? null : member.textValue();
  }

  static String requiredText(JsonNode node, String name) {
    String text = text(node, name);
    if (text == null) {
      throw unexpected(name);
    }
    return text;
  }

  static @Nullable Long integer(JsonNode node, String name) {
    JsonNode member = node.get(name);
    return member == null || !member.isIntegralNumber() || !member.canConvertToLong()
        ? null
        : member.longValue();
  }

  static long requiredInteger(JsonNode node, String name) {
    Long number = integer(node, name);
    if (number == null) {
      throw unexpected(name);
    }
    return number;
  }

  /** A number of something that nobody has billions of. */
  static int requiredCount(JsonNode node, String name) {
    long number = requiredInteger(node, name);
    if ((int) number != number) {
      throw unexpected(name);
    }
    return (int) number;
  }

  static boolean truth(JsonNode node, String name) {
    return node.path(name).asBoolean();
  }

  static @Nullable BigDecimal decimal(JsonNode node, String name) {
    JsonNode member = node.get(name);
    return member == null || !member.isNumber() ? null : member.decimalValue();
  }

  static @Nullable Duration millis(JsonNode node, String name) {
    Long millis = integer(node, name);
    return millis == null ? null : Duration.ofMillis(millis);
  }

  /** A time as the gateway writes it: Unix seconds or ISO-8601. */
  static @Nullable Instant time(JsonNode node, String name) {
    Long seconds = integer(node, name);
    String text = text(node, name);
    try {
      if (seconds != null) {
        return Instant.ofEpochSecond(seconds);
      }
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      throw unexpected(name);
    }
  }

  static Instant requiredTime(JsonNode node, String name) {
    Instant time = time(node, name);
    if (time == null) {
      throw unexpected(name);
    }
    return time;
  }

  static <T> List<T> list(JsonNode node, String name, Function<JsonNode, T> read) {
    JsonNode member = node.get(name);
    if (member == null || !member.isArray()) {
      throw unexpected(name);
    }
    List<T> items = new ArrayList<>();
    member.forEach(item -> items.add(read.apply(item)));
    return List.copyOf(items);
  }

  static @Nullable String wire(@Nullable Enum<?> value) {
    return value == null ? null : value.name().toLowerCase(Locale.ROOT);
  }

  /** A timeout as the gateway takes it. */
  static Duration wholeSeconds(Duration timeout) {
    if (timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException("timeout must be positive, was " + timeout);
    }
    return timeout.plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS);
  }

  private static ForgeTransportException unexpected(String name) {
    return new ForgeTransportException(
        "the gateway's answer has no usable '" + name + "'; do client and gateway fit together?",
        null);
  }
}

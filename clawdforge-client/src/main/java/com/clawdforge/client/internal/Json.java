package com.clawdforge.client.internal;

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

/** Reads members of the gateway's answers and ignores unknown ones. */
public final class Json {
  public static final ObjectMapper MAPPER =
      JsonMapper.builder(
              // The gateway alone limits the size of agents' messages.
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
          // Keep the numbers of an answer as the agent wrote them, as far as JSON trees can.
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Copies the members that are set, in the order of these names. */
  public static ObjectNode inOrder(ObjectNode object, List<String> names) {
    ObjectNode ordered = object();
    for (String name : names) {
      if (object.hasNonNull(name)) {
        ordered.set(name, object.get(name).deepCopy());
      }
    }
    return ordered;
  }

  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON", e);
    }
  }

  public static String text(JsonNode node) {
    return new String(bytes(node), StandardCharsets.UTF_8);
  }

  /** Parses a JSON object; returns null if these bytes are not one. */
  public static @Nullable ObjectNode objectOrNull(byte[] body) {
    try {
      return MAPPER.readTree(body) instanceof ObjectNode object ? object : null;
    } catch (IOException notJson) {
      return null;
    }
  }

  public static @Nullable String text(JsonNode node, String name) {
    JsonNode member = node.get(name);
    return member == null || !member.isTextual() ? null : member.textValue();
  }

  public static String requiredText(JsonNode node, String name) {
    return required(text(node, name), name);
  }

  public static @Nullable Long integer(JsonNode node, String name) {
    JsonNode member = node.get(name);
    return member == null || !member.isIntegralNumber() || !member.canConvertToLong()
        ? null
        : member.longValue();
  }

  public static long requiredInteger(JsonNode node, String name) {
    return required(integer(node, name), name);
  }

  /** A number that has to fit into an {@code int}. */
  public static int requiredCount(JsonNode node, String name) {
    long number = requiredInteger(node, name);
    if ((int) number != number) {
      throw unexpected(name);
    }
    return (int) number;
  }

  public static boolean truth(JsonNode node, String name) {
    return node.path(name).asBoolean();
  }

  public static @Nullable BigDecimal decimal(JsonNode node, String name) {
    JsonNode member = node.get(name);
    return member == null || !member.isNumber() ? null : member.decimalValue();
  }

  public static @Nullable Duration millis(JsonNode node, String name) {
    Long millis = integer(node, name);
    return millis == null ? null : Duration.ofMillis(millis);
  }

  /** A time in one of the gateway's two formats: Unix seconds or ISO-8601. */
  public static @Nullable Instant time(JsonNode node, String name) {
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

  /** As {@link #time}, but null if it has another format. */
  public static @Nullable Instant timeOrNull(JsonNode node, String name) {
    try {
      return time(node, name);
    } catch (CallException garbage) {
      return null;
    }
  }

  public static Instant requiredTime(JsonNode node, String name) {
    return required(time(node, name), name);
  }

  public static <T> List<T> list(JsonNode node, String name, Function<JsonNode, T> read) {
    JsonNode member = node.get(name);
    if (member == null || !member.isArray()) {
      throw unexpected(name);
    }
    List<T> items = new ArrayList<>();
    member.forEach(item -> items.add(read.apply(item)));
    return List.copyOf(items);
  }

  /** Texts of an array that may be missing. */
  public static List<String> texts(JsonNode node, String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : node.path(name)) {
      if (item.isTextual()) {
        texts.add(item.textValue());
      }
    }
    return List.copyOf(texts);
  }

  public static @Nullable String wire(@Nullable Enum<?> value) {
    return value == null ? null : value.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Rounds a timeout up to whole seconds, the gateway's unit.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public static Duration wholeSeconds(Duration timeout) {
    if (timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException("timeout must be positive, was " + timeout);
    }
    return timeout.plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS);
  }

  /**
   * Returns a value that the gateway's answer must have.
   *
   * @throws CallException if it is null
   */
  public static <T> T required(@Nullable T value, String name) {
    if (value == null) {
      throw unexpected(name);
    }
    return value;
  }

  private static CallException unexpected(String name) {
    return new CallException.Failed(
        "the gateway's answer has no usable '" + name + "'; do client and gateway fit together?",
        null);
  }
}

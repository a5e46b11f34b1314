package com.clawdforge.http.web;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Reads and writes the JSON of the wire: records in, {@code snake_case} members out. */
public final class Json {
  private static final int MAX_DEPTH = 500;
  // A token of two bytes in the body takes dozens of bytes in memory.
  private static final int MAX_TOKENS = 1 << 18;
  private static final DateTimeFormatter ISO_MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  // The size limit of the body also bounds strings. Numbers stay as the client wrote them, because
  // a json_schema is passed on.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  // Not one set of buffers per thread: each request has a thread of its own.
                  .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  private Json() {}

  /** Parses a body as a JSON object; if a name occurs twice, the last value counts. */
  public static ObjectNode object(byte[] body) {
    if (!Utf8.canBeJson(body)) {
      throw Refusal.of(
          ErrorCode.MALFORMED_REQUEST,
          "the body is not JSON in UTF-8: it has bytes that have no place there; encode it in UTF-8");
    }
    try {
      @Nullable JsonNode root = MAPPER.readTree(body);
      if (root instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      // The exception's message is left out because it quotes the body.
      throw Refusal.of(
          ErrorCode.MALFORMED_REQUEST,
          "the body is not JSON, or has too many or too deeply nested values"
              + (e.getLocation() == null ? "" : ", at line " + e.getLocation().getLineNr())
              + (e.getLocation() == null ? "" : ", column " + e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw Refusal.of(ErrorCode.MALFORMED_REQUEST, "the body is not JSON");
    } catch (NumberFormatException e) {
      // The parser checks only the syntax of numbers: an exponent may exceed the range of an int.
      throw Refusal.of(
          ErrorCode.MALFORMED_REQUEST, "the body contains a number that is out of range");
    }
    throw Refusal.of(ErrorCode.MALFORMED_REQUEST, "the body must be a JSON object");
  }

  public static String text(Object value) {
    try {
      return wellFormed(MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer could not be written as JSON", e);
    }
  }

  static byte[] bytes(Object value) {
    return text(value).getBytes(StandardCharsets.UTF_8);
  }

  public static String time(Instant time) {
    return ISO_MILLIS.format(time);
  }

  public static @Nullable String timeOrNull(@Nullable Instant time) {
    return time == null ? null : time(time);
  }

  public static @Nullable Long secondsOrNull(@Nullable Instant time) {
    return time == null ? null : time.getEpochSecond();
  }

  public static @Nullable Long millisOrNull(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis();
  }

  // A request may contain half a surrogate pair, which JSON can express but UTF-8 cannot, and an
  // error may quote it.
  // Outside of strings JSON is ASCII, so the escape always lands inside a string.
  private static String wellFormed(String json) {
    if (json.chars().noneMatch(c -> Character.isSurrogate((char) c))
        || StandardCharsets.UTF_8.newEncoder().canEncode(json)) {
      return json;
    }
    StringBuilder escaped = new StringBuilder(json.length() + 16);
    json.codePoints()
        .forEach(
            c -> {
              if (Character.getType(c) == Character.SURROGATE) {
                escaped.append(String.format("\\u%04x", c));
              } else {
                escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }
}

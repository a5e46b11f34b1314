package com.clawdforge.acpx.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of JSON, read member by member without building a tree. A member of an object that was
 * entered has a path such as {@code params.update}; values that are neither taken nor entered are
 * skipped.
 */
public final class JsonLine {
  /**
   * For lines whose length is bounded where they are read: within that limit, strings and names may
   * have any length. Nesting stays limited to Jackson's 1000 levels, since few readers of a deeper
   * message could parse it.
   */
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final byte[] line;
  private final JsonParser parser;
  private final Deque<String> prefixes = new ArrayDeque<>(List.of(""));
  private boolean pending;
  private boolean ended;

  private JsonLine(byte[] line, JsonParser parser) {
    this.line = line;
    this.parser = parser;
  }

  /** Reads a line's members. */
  public interface Reader<T> {
    T read(JsonLine json) throws IOException;
  }

  /**
   * Reads a line; empty if it is not a JSON object, is truncated, or has trailing content. A reader
   * that stops early leaves the rest unchecked, unless it calls {@link #skipRest}.
   */
  public static <T> Optional<T> read(byte[] line, Reader<T> reader) {
    try (JsonParser parser = FACTORY.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      JsonLine json = new JsonLine(line, parser);
      T read = reader.read(json);
      // It is embedded in other JSON, which trailing content would break.
      return json.ended && parser.nextToken() != null ? Optional.empty() : Optional.of(read);
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  /** Moves on to the next member, and returns its path; null at the end of the line. */
  public @Nullable String next() throws IOException {
    if (pending) {
      parser.skipChildren();
    }
    while (parser.nextToken() != JsonToken.FIELD_NAME) {
      prefixes.pop();
      if (prefixes.isEmpty()) {
        ended = true;
        return null;
      }
    }
    String path = prefixes.element() + parser.currentName();
    parser.nextToken();
    pending = true;
    return path;
  }

  /** Moves on to the end of the line, of which only the syntax is checked. */
  public void skipRest() throws IOException {
    while (!parser.getParsingContext().inRoot()) {
      parser.nextToken();
    }
    ended = true;
  }

  /** Enters the value with a path, if it is an object; returns whether it is. */
  public boolean enter(String path) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return false;
    }
    prefixes.push(path + ".");
    pending = false;
    return true;
  }

  /** The value as text; null if it is null, an object or an array. */
  public @Nullable String text() throws IOException {
    JsonToken token = parser.currentToken();
    return token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getText() : null;
  }

  /** The texts of an array; empty if it is not an array. */
  public List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        @Nullable String text = text();
        texts.add(text == null ? "" : text);
        parser.skipChildren();
      }
    }
    return texts;
  }

  /** The value as a number, or another one if it is not a number. */
  public long number(long otherwise) throws IOException {
    return parser.getValueAsLong(otherwise);
  }

  /** The value as a decimal number; null if it is no number. */
  public @Nullable Double decimal() throws IOException {
    return parser.currentToken().isNumeric() ? parser.getDoubleValue() : null;
  }

  public boolean flag() throws IOException {
    return parser.getValueAsBoolean();
  }

  /** The value as an amount of money; empty if it is not a number that can be one. */
  public @Nullable BigDecimal money() throws IOException {
    return parser.currentToken().isNumeric() ? Money.of(parser.getText()).orElse(null) : null;
  }

  /** The value as it is written; null if it is null. */
  public @Nullable String raw() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    int end = (int) parser.currentLocation().getByteOffset();
    return new String(Arrays.copyOfRange(line, start, end), StandardCharsets.UTF_8);
  }
}

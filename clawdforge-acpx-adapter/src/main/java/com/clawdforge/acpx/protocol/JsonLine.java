package com.clawdforge.acpx.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks through one line of JSON without building a tree: a caller enters an object, and takes or
 * skips one member after the other.
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

  private final JsonParser parser;

  private JsonLine(JsonParser parser) {
    this.parser = parser;
  }

  /** Reads a value. */
  interface Shape<T extends @Nullable Object> {
    T read(JsonLine json) throws IOException;
  }

  /** Reads a line; empty if it is not a JSON object, is truncated, or has trailing content. */
  static <T> Optional<T> read(byte[] line, Shape<? extends T> shape) {
    try (JsonParser parser = FACTORY.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      T read = shape.read(new JsonLine(parser));
      // It is embedded in other JSON, which trailing content would break.
      return parser.nextToken() == null ? Optional.of(read) : Optional.empty();
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  /** Enters the current value if it is an object; skips it otherwise. */
  boolean enter() throws IOException {
    if (isObject()) {
      return true;
    }
    skip();
    return false;
  }

  /** Moves on to the next member of the object that was entered last; false at its end. */
  boolean next() throws IOException {
    if (parser.nextToken() != JsonToken.FIELD_NAME) {
      return false;
    }
    parser.nextToken();
    return true;
  }

  /** The current member's name. */
  String name() throws IOException {
    return parser.currentName();
  }

  void skip() throws IOException {
    parser.skipChildren();
  }

  /** The current value as text; null, and skipped, if it is null, an object or an array. */
  @Nullable String text() throws IOException {
    JsonToken token = parser.currentToken();
    if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
      return parser.getText();
    }
    skip();
    return null;
  }

  /** Takes one member of the current value, if it is an object with such a member. */
  <T> @Nullable T at(String member, Shape<? extends @Nullable T> shape) throws IOException {
    @Nullable T found = null;
    for (boolean in = enter(); in && next(); ) {
      if (name().equals(member)) {
        found = shape.read(this);
      } else {
        skip();
      }
    }
    return found;
  }

  @Nullable String textAt(String member) throws IOException {
    return at(member, JsonLine::text);
  }

  boolean isObject() {
    return parser.currentToken() == JsonToken.START_OBJECT;
  }

  boolean isNumber() {
    return parser.currentToken().isNumeric();
  }

  long number() throws IOException {
    return parser.getValueAsLong();
  }

  boolean flag() throws IOException {
    return parser.getValueAsBoolean();
  }
}

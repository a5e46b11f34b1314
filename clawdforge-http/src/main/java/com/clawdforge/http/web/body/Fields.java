package com.clawdforge.http.web.body;

import com.clawdforge.core.error.Refusal;
import com.clawdforge.http.web.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The fields of a request by type. A value of another type is refused; null means absent. */
public final class Fields {
  private static final BigDecimal FAR = BigDecimal.valueOf(1_000_000_000L);
  private static final BigDecimal VERY_FAR = BigDecimal.valueOf(1L << 60);
  private static final int MAX_SCALE = 100;
  private static final int LONGEST_SCALE = 400;

  private final ObjectNode body;
  private final Set<String> names;
  private final IgnoredFields ignored;

  /**
   * The fields of a body.
   *
   * @param names all fields that the request may have
   * @throws Refusal {@link com.clawdforge.core.error.ErrorCode#INVALID_REQUEST} with the right name
   *     if a name is misspelt
   */
  public Fields(ObjectNode body, Set<String> names) {
    this.body = body;
    this.names = Set.copyOf(names);
    this.ignored =
        IgnoredFields.of(
            body.properties().stream()
                .filter(member -> !member.getValue().isNull())
                .map(Map.Entry::getKey)
                .toList(),
            new TreeSet<>(names));
  }

  /** The names in the body that are none of its fields. */
  public IgnoredFields ignored() {
    return ignored;
  }

  /** Refuses fields that the contract names but this server does not support yet. */
  public void refuseUnsupported(List<String> names) {
    for (String name : names) {
      if (value(name) != null) {
        throw Refusal.invalid(name, name + " is not supported by this server yet; leave it out");
      }
    }
  }

  public String requiredText(String name) {
    @Nullable String text = text(name);
    if (text == null) {
      throw Refusal.invalid(name, name + " is required");
    }
    return text;
  }

  public @Nullable String text(String name) {
    @Nullable JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw mustBe(name, "a string");
    }
    return value.textValue();
  }

  public boolean flag(String name) {
    return flag(name, false);
  }

  public boolean flag(String name, boolean otherwise) {
    @Nullable JsonNode value = value(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw mustBe(name, "true or false");
    }
    return value.booleanValue();
  }

  public @Nullable List<String> texts(String name) {
    @Nullable JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isArray()) {
      throw mustBe(name, "an array of strings");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : value) {
      if (!item.isTextual()) {
        throw mustBe(name, "an array of strings");
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  /** A constant of an enum, by its name in lower case. */
  public <E extends Enum<E>> @Nullable E choice(String name, Class<E> type) {
    @Nullable String text = text(name);
    if (text == null) {
      return null;
    }
    List<String> choices = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String wire = constant.name().toLowerCase(Locale.ROOT);
      if (wire.equals(text)) {
        return constant;
      }
      choices.add(wire);
    }
    throw mustBe(name, "one of " + String.join(", ", choices));
  }

  /**
   * A whole number of seconds; very large values are clamped, for the range check of the caller.
   */
  public @Nullable Duration seconds(String name) {
    @Nullable Integer number = integer(name);
    return number == null ? null : Duration.ofSeconds(number);
  }

  /** A whole number; very large values are clamped, for the range check of the caller. */
  public @Nullable Integer integer(String name) {
    @Nullable BigDecimal number = number(name, "an integer");
    if (number == null) {
      return null;
    }
    // As in JSON Schema, 60.0 is an integer.
    if (number.stripTrailingZeros().scale() > 0) {
      throw mustBe(name, "an integer");
    }
    return number.min(FAR).max(FAR.negate()).intValue();
  }

  /** As {@link #integer}, for numbers of bytes. */
  public @Nullable Long bytes(String name) {
    @Nullable BigDecimal number = number(name, "an integer");
    if (number == null) {
      return null;
    }
    if (number.stripTrailingZeros().scale() > 0) {
      throw mustBe(name, "an integer");
    }
    return number.min(VERY_FAR).max(VERY_FAR.negate()).longValue();
  }

  public @Nullable BigDecimal number(String name) {
    return number(name, "a number");
  }

  /** Whether the request has this field, even as null. */
  public boolean has(String name) {
    return body.has(name);
  }

  /** The JSON text of an object. */
  public @Nullable String object(String name) {
    @Nullable JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isObject()) {
      throw mustBe(name, "an object");
    }
    requireWritable(name, value);
    return Json.text(value);
  }

  // Numbers are written out in full: 1e9999 would take thousands of bytes. Every double fits.
  private static void requireWritable(String name, JsonNode value) {
    if (value.isBigDecimal() && Math.abs((long) value.decimalValue().scale()) > LONGEST_SCALE) {
      throw mustBe(name, "an object with numbers of reasonable size");
    }
    for (JsonNode child : value) {
      requireWritable(name, child);
    }
  }

  private @Nullable BigDecimal number(String name, String what) {
    @Nullable JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isNumber()) {
      throw mustBe(name, what);
    }
    BigDecimal number = value.decimalValue();
    // 1e999999999 is a short text, but a very long number once it is written out.
    if (Math.abs((long) number.scale()) > MAX_SCALE || number.precision() > MAX_SCALE) {
      throw mustBe(name, what + " of reasonable size");
    }
    return number;
  }

  /** A value of any type; null if it is absent. */
  public @Nullable JsonNode value(String name) {
    if (!names.contains(name)) {
      throw new IllegalArgumentException(name + " is read, but not among the fields");
    }
    @Nullable JsonNode value = body.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private static Refusal mustBe(String name, String what) {
    return Refusal.invalid(name, name + " must be " + what);
  }
}

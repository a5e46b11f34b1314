package com.clawdforge.core.text;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replaces each half of a surrogate pair that stands alone by U+FFFD. A model's text can have them,
 * mostly where it was split, and JSON can express them, but UTF-8 cannot: some readers of it fail,
 * and others put a question mark there. Whatever an agent says passes through here once, in the
 * constructors of the values that hold it, so that streams, answers and the ledger agree.
 */
public final class ModelText {
  private static final char REPLACEMENT = '\ufffd';
  private static final byte[] ESCAPED = "\\ufffd".getBytes(StandardCharsets.US_ASCII);
  private static final int ESCAPE = 6;
  private static final int HEX = 16;

  private ModelText() {}

  /** Returns the text itself if nothing is to be replaced. */
  public static String plain(String text) {
    char @Nullable [] repaired = null;
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (!Character.isSurrogate(unit)) {
        continue;
      }
      if (i + 1 < text.length() && Character.isSurrogatePair(unit, text.charAt(i + 1))) {
        i++;
        continue;
      }
      if (repaired == null) {
        repaired = text.toCharArray();
      }
      repaired[i] = REPLACEMENT;
    }
    return repaired == null ? text : new String(repaired);
  }

  /** As {@link #plain}; null for null. */
  public static @Nullable String plainOrNull(@Nullable String text) {
    return text == null ? null : plain(text);
  }

  /** As {@link #plain}, for a text that is JSON: escapes of halves are replaced too. */
  public static String json(String json) {
    String text = plain(json);
    if (!text.contains("\\ud") && !text.contains("\\uD")) {
      return text;
    }
    byte @Nullable [] repaired = repaired(text.getBytes(StandardCharsets.UTF_8));
    return repaired == null ? text : new String(repaired, StandardCharsets.UTF_8);
  }

  /**
   * Replaces the escapes of halves in JSON in UTF-8; in UTF-8 there can be no others.
   *
   * @return the array itself if nothing is to be replaced
   */
  public static byte[] json(byte[] json) {
    return Objects.requireNonNullElse(repaired(json), json);
  }

  private static byte @Nullable [] repaired(byte[] json) {
    byte @Nullable [] repaired = null;
    int at = 0;
    while (at < json.length) {
      if (json[at] != '\\') {
        at++;
        continue;
      }
      int unit = escapedUnit(json, at);
      if (unit < Character.MIN_SURROGATE || unit > Character.MAX_SURROGATE) {
        // Both characters, so that the second of two backslashes does not begin an escape.
        at += 2;
      } else if (Character.isHighSurrogate((char) unit)
          && isLowSurrogate(escapedUnit(json, at + ESCAPE))) {
        at += 2 * ESCAPE;
      } else {
        repaired = repaired == null ? json.clone() : repaired;
        System.arraycopy(ESCAPED, 0, repaired, at, ESCAPE);
        at += ESCAPE;
      }
    }
    return repaired;
  }

  private static boolean isLowSurrogate(int unit) {
    return unit >= 0 && Character.isLowSurrogate((char) unit);
  }

  /** The UTF-16 unit that is written as an escape at this place; -1 if there is none. */
  private static int escapedUnit(byte[] json, int at) {
    if (at + ESCAPE > json.length || json[at] != '\\' || json[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + ESCAPE; i++) {
      int digit = Character.digit((char) json[i], HEX);
      if (digit < 0) {
        return -1;
      }
      unit = unit * HEX + digit;
    }
    return unit;
  }
}

package com.clawdforge.acpx.offline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.stream.Stream;

/** The text of a request: it has surrogates in pairs alone. */
final class StrictJson {
  private static final String INVALID = "The request body is not valid JSON: ";
  private static final int ESCAPE = "\\uD83D".length();

  private StrictJson() {}

  /**
   * @param bytes valid JSON in UTF-8
   */
  static Stream<String> objections(byte[] bytes) {
    String json = new String(bytes, UTF_8);
    int at = json.indexOf('\\');
    while (at >= 0) {
      int next = at + 2;
      if (json.charAt(at + 1) == 'u') {
        next = at + ESCAPE;
        char first = escaped(json, at);
        if (Character.isLowSurrogate(first)) {
          return Stream.of(fault("invalid high surrogate", json, next));
        }
        if (Character.isHighSurrogate(first)) {
          if (!json.startsWith("\\u", next)) {
            return Stream.of(fault("no low surrogate", json, next));
          }
          if (!Character.isLowSurrogate(escaped(json, next))) {
            return Stream.of(fault("invalid low surrogate", json, next));
          }
          next += ESCAPE;
        }
      }
      at = json.indexOf('\\', next);
    }
    return Stream.empty();
  }

  private static char escaped(String json, int at) {
    return (char) HexFormat.fromHexDigits(json, at + 2, at + ESCAPE);
  }

  private static String fault(String what, String json, int at) {
    long line = 1 + json.chars().limit(at).filter(c -> c == '\n').count();
    int column = at - json.lastIndexOf('\n', at - 1);
    return INVALID + what + " in string: line " + line + " column " + column + " (char " + at + ")";
  }
}

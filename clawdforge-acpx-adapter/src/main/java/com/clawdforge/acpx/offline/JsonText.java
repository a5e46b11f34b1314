package com.clawdforge.acpx.offline;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;

/** JSON as it is sent. */
final class JsonText {
  private JsonText() {}

  /** Compact UTF-8. Half a surrogate pair becomes an escape, since UTF-8 has no bytes for it. */
  static byte[] bytes(JsonNode json) {
    return withEscapedHalves(json.toString()).getBytes(UTF_8);
  }

  // In JSON such a character can only be part of a string, where an escape says the same.
  private static String withEscapedHalves(String json) {
    if (json.codePoints().noneMatch(JsonText::isHalf)) {
      return json;
    }
    StringBuilder out = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            c -> {
              if (isHalf(c)) {
                out.append("\\u").append(HexFormat.of().toHexDigits((char) c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  /** A whole pair is one code point beyond these. */
  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}

package com.clawdforge.http.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.math.BigDecimal;

/** Checks whether a text is JSON, without building objects from it. */
public final class JsonText {
  private static final int MAX_DEPTH = 500;

  // Allows a hundred digits, and as many zeros before or after them as the smallest and the largest
  // double have.
  private static final int MAX_PRECISION = 100;
  private static final int MAX_SCALE = 400;
  private static final int LONGEST_NUMBER = 1000;

  // An agent's answer may be one string of megabytes. Only nesting and numbers are bounded, to
  // protect the parser of the client.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(LONGEST_NUMBER)
                  .build())
          .build();

  private JsonText() {}

  /**
   * Whether a text is exactly one JSON value, surrounded by nothing but white space, nested at most
   * 500 levels deep, with numbers that every parser can represent.
   */
  public static boolean isJson(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      int values = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isNumeric() && !isRepresentable(parser.getText())) {
          return false;
        }
        if (parser.getParsingContext().inRoot()) {
          values++;
        }
        if (values > 1) {
          return false;
        }
      }
      return values == 1;
    } catch (IOException notJson) {
      return false;
    }
  }

  // 1e999999999 is an error for some parsers, an infinity that cannot be written again for others,
  // and for the rest a gigabyte once it is written out.
  private static boolean isRepresentable(String number) {
    if (number.length() <= MAX_PRECISION && number.indexOf('e') < 0 && number.indexOf('E') < 0) {
      return true;
    }
    try {
      BigDecimal exact = new BigDecimal(number);
      return exact.precision() <= MAX_PRECISION
          && Math.abs((long) exact.scale()) <= MAX_SCALE
          && Double.isFinite(exact.doubleValue());
    } catch (NumberFormatException exponentBeyondAnyInt) {
      return false;
    }
  }
}

package com.clawdforge.http.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.math.BigDecimal;

/** Looks at texts that may be JSON without building anything from them. */
public final class JsonText {
  private static final int MAX_DEPTH = 500;

  // A hundred digits, with as many zeros before or behind them as the smallest and the largest
  // double have.
  private static final int MAX_PRECISION = 100;
  private static final int MAX_SCALE = 400;
  private static final int LONGEST_NUMBER = 1000;

  // An agent's answer may be one string of megabytes: only the nesting is bounded, and what numbers
  // there may be, for the sake of whoever parses it after us.
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
   * Whether a text is exactly one JSON value with nothing but white space around it, nested at most
   * 500 deep, whose numbers every reader can hold.
   */
  public static boolean isJson(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      int values = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isNumeric() && !canBeHeld(parser.getText())) {
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

  // 1e999999999 is a short text, for some readers an error, for others an infinity that they cannot
  // write again, and for the rest a gigabyte once they write it out.
  private static boolean canBeHeld(String number) {
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

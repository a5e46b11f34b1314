package com.clawdforge.http.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;

/** Looks at texts that may be JSON without building anything from them. */
public final class JsonText {
  private static final int MAX_DEPTH = 500;

  // An agent's answer may be one string of megabytes: only the nesting is bounded, for the sake of
  // whoever parses it after us.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonText() {}

  /**
   * Whether a text is exactly one JSON value with nothing but white space around it, nested at most
   * 500 deep.
   */
  public static boolean isJson(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      // Strings are decoded lazily: a bad escape shows only when somebody reads the value.
      parser.finishToken();
      return parser.nextToken() == null;
    } catch (IOException notJson) {
      return false;
    }
  }
}

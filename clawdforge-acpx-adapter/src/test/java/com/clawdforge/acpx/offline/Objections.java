package com.clawdforge.acpx.offline;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** What the strict rules say of a request; an empty string if they have no objection. */
final class Objections {
  private static final JsonMapper JSON = new JsonMapper();

  private Objections() {}

  static String to(String body) throws IOException {
    return to(body, new Signatures());
  }

  static String to(String body, Signatures signatures) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    return new StrictRules(signatures).objection(bytes, JSON.readTree(bytes)).orElse("");
  }

  /**
   * @param messages a JSON array
   */
  static String toMessages(String messages) throws IOException {
    return to(withMessages(messages));
  }

  static String withMessages(String messages) {
    return "{\"max_tokens\": 1, \"messages\": " + messages + "}";
  }

  /**
   * @param blocks the content of a message of the user, separated by commas
   */
  static String toBlocks(String blocks) throws IOException {
    return toMessages("[{\"role\": \"user\", \"content\": [" + blocks + "]}]");
  }
}

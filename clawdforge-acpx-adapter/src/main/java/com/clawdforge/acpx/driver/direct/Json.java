package com.clawdforge.acpx.driver.direct;

import com.clawdforge.acpx.protocol.JsonLine;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Trees of the few messages that are not events. */
final class Json {
  private static final JsonMapper MAPPER = new JsonMapper(JsonLine.FACTORY);

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A line as a tree; an empty object if it is not JSON. */
  static JsonNode read(byte[] line) {
    try {
      return line.length == 0 ? object() : MAPPER.readTree(line);
    } catch (IOException e) {
      return object();
    }
  }
}

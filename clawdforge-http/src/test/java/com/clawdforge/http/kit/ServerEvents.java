package com.clawdforge.http.kit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Parses server-sent events, each as an object of its fields. */
final class ServerEvents {
  private ServerEvents() {}

  static List<ObjectNode> in(String stream) {
    List<ObjectNode> events = new ArrayList<>();
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    for (String line : stream.split("\r\n|\n|\r", -1)) {
      if (line.isEmpty()) {
        if (!event.isEmpty()) {
          events.add(event);
        }
        event = JsonNodeFactory.instance.objectNode();
      } else if (!line.startsWith(":")) {
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
        event.put(field, event.has(field) ? event.get(field).textValue() + "\n" + value : value);
      }
    }
    if (!event.isEmpty()) {
      throw new AssertionError("the stream broke off within an event: " + event);
    }
    return events;
  }
}

package com.clawdforge.http.app.demo;

import com.clawdforge.client.TurnEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/** Parses turns in the form in which curl prints them. */
final class TurnText {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String ID = "id: ";
  private static final String DATA = "data: ";

  private TurnText() {}

  /** The agent's text in these events. */
  static String of(Iterable<JsonNode> events) {
    StringBuilder said = new StringBuilder();
    for (JsonNode event : events) {
      if (TurnEvent.of(event) instanceof TurnEvent.Text text) {
        said.append(text.text());
      }
    }
    return said.toString();
  }

  /** The agent's text in a stream of events. */
  static String ofStream(String stream) {
    List<JsonNode> events = new ArrayList<>();
    for (String line : stream.lines().toList()) {
      if (line.startsWith(DATA)) {
        try {
          events.add(JSON.readTree(line.substring(DATA.length())));
        } catch (JsonProcessingException e) {
          return "not JSON: " + line;
        }
      }
    }
    return of(events);
  }

  /** The number of the agent's messages in a stream. */
  static int count(String stream) {
    return ids(stream).size();
  }

  /** The id of the second to last message in a stream; empty if there are fewer. */
  static String lastButOne(String stream) {
    List<String> ids = ids(stream);
    return ids.size() < 2 ? "" : ids.get(ids.size() - 2);
  }

  private static List<String> ids(String stream) {
    return stream
        .lines()
        .filter(line -> line.startsWith(ID))
        .map(line -> line.substring(ID.length()))
        .toList();
  }
}

package com.clawdforge.acpx.offline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A content block of a request and where it is, in the words of the API.
 *
 * @param message such as {@code messages.2}
 * @param path such as {@code messages.2.content.0}
 */
record Placed(String message, String path, JsonNode block) {

  /** The blocks of all messages, in order; without those inside of tool results. */
  static List<Placed> in(JsonNode body) {
    List<Placed> all = new ArrayList<>();
    JsonNode messages = body.path("messages");
    for (int i = 0; i < messages.size(); i++) {
      all.addAll(inMessage(messages.path(i), "messages." + i));
    }
    return all;
  }

  static List<Placed> inMessage(JsonNode message, String at) {
    JsonNode content = message.path("content");
    return IntStream.range(0, content.size())
        .mapToObj(i -> new Placed(at, at + ".content." + i, content.path(i)))
        .toList();
  }

  /** This block and, if it is a tool's result, the blocks in it. */
  Stream<Placed> withNested() {
    JsonNode content = is("tool_result") ? block.path("content") : block.path("");
    return Stream.concat(
        Stream.of(this),
        IntStream.range(0, content.size())
            .mapToObj(
                i -> new Placed(message, path + ".tool_result.content." + i, content.path(i))));
  }

  boolean is(String type) {
    return text("type").equals(type);
  }

  /** The string in a field of the block; empty if there is none. */
  String text(String field) {
    return block.path(field).asText();
  }
}

package com.clawdforge.acpx.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One Messages request that the {@link OfflineModel} received. Immutable if the tree is left so.
 */
public final class ModelRequest {
  private final Headers headers;
  private final JsonNode body;
  private final int size;

  ModelRequest(Headers headers, JsonNode body, int size) {
    this.headers = headers;
    this.body = body;
    this.size = size;
  }

  /** The request as it came. Shared, not copied; nobody may change it. */
  public JsonNode body() {
    return body;
  }

  /** Bytes of the body. */
  public int size() {
    return size;
  }

  public String model() {
    return body.path("model").asText();
  }

  /** Whether the client wants the answer as a stream of events. */
  public boolean streamed() {
    return body.path("stream").asBoolean();
  }

  /** The first header of this name, in any case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.getFirst(name));
  }

  /** All texts of the system prompt, one per line; empty if there is none. */
  public String systemText() {
    return texts(blocks(body.path("system"))).collect(Collectors.joining("\n"));
  }

  /**
   * All texts of the last user message, one per line, without the reminders that the agent itself
   * puts there (agent-facts.md, section 1.2).
   */
  public String lastUserText() {
    return texts(userBlocks().stream())
        .filter(text -> !text.startsWith("<system-reminder>"))
        .collect(Collectors.joining("\n"));
  }

  /** The content blocks of the last user message; a plain string counts as one text block. */
  public List<JsonNode> userBlocks() {
    JsonNode messages = body.path("messages");
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.path(i).path("role").asText().equals("user")) {
        return blocks(messages.path(i).path("content")).toList();
      }
    }
    return List.of();
  }

  /** The names of the tools that the model is offered, in the request's order. */
  public List<String> toolNames() {
    return body.path("tools").valueStream().map(tool -> tool.path("name").asText()).toList();
  }

  private static Stream<JsonNode> blocks(JsonNode content) {
    return content.isTextual()
        ? Stream.of(
            JsonNodeFactory.instance
                .objectNode()
                .put("type", "text")
                .put("text", content.textValue()))
        : content.valueStream();
  }

  private static Stream<String> texts(Stream<JsonNode> blocks) {
    return blocks
        .filter(block -> block.path("type").asText().equals("text"))
        .map(block -> block.path("text").asText());
  }

  /** Without headers: they carry the credential. */
  @Override
  public String toString() {
    return "ModelRequest[" + model() + ", " + size + " bytes, user: " + lastUserText() + "]";
  }
}

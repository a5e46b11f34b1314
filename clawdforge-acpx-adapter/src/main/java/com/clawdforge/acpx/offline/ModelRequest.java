package com.clawdforge.acpx.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One model request that the {@link OfflineModel} received. Immutable if callers do not change the
 * tree.
 */
public final class ModelRequest {
  private final Api api;
  private final Headers headers;
  private final JsonNode body;
  private final int size;
  private final Optional<String> refusal;

  ModelRequest(Api api, Headers headers, JsonNode body, int size, Optional<String> refusal) {
    this.api = api;
    this.headers = headers;
    this.body = body;
    this.size = size;
    this.refusal = refusal;
  }

  Api api() {
    return api;
  }

  /** The request's body. Shared, not copied; do not change it. */
  public JsonNode body() {
    return body;
  }

  /** The body's size in bytes. */
  public int size() {
    return size;
  }

  /** Why a strict model refused it, in the API's words; empty if it was answered by the script. */
  public Optional<String> refusal() {
    return refusal;
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
    Stream<JsonNode> system =
        switch (api) {
          case MESSAGES -> blocks(body.path("system"));
          case RESPONSES ->
              Stream.concat(
                  blocks(body.path("instructions")),
                  body.path("input")
                      .valueStream()
                      .filter(item -> hasRole(item, "developer") || hasRole(item, "system"))
                      .flatMap(item -> blocks(item.path("content"))));
        };
    return texts(system).collect(Collectors.joining("\n"));
  }

  /**
   * The user's texts since the model's last answer, one per line, without the reminders that the
   * agent adds (agent-facts.md, section 1.2). Empty if the agent only reports tool results.
   */
  public String lastUserText() {
    return texts(userBlocks().stream())
        .filter(ModelRequest::isTheUsers)
        .collect(Collectors.joining("\n"));
  }

  /** The user's texts in the whole conversation, in order and without the agent's reminders. */
  public List<String> userTexts() {
    String conversation =
        switch (api) {
          case MESSAGES -> "messages";
          case RESPONSES -> "input";
        };
    return texts(
            body.path(conversation)
                .valueStream()
                .filter(item -> hasRole(item, "user"))
                .flatMap(item -> blocks(item.path("content"))))
        .filter(ModelRequest::isTheUsers)
        .toList();
  }

  /**
   * The content since the model's last answer. Messages API: the content blocks of the last user
   * message. Responses API: the content of the last message and the items with the output of tools.
   * A plain string counts as one text block.
   */
  public List<JsonNode> userBlocks() {
    return switch (api) {
      case MESSAGES -> {
        JsonNode messages = body.path("messages");
        for (int i = messages.size() - 1; i >= 0; i--) {
          if (hasRole(messages.path(i), "user")) {
            yield blocks(messages.path(i).path("content")).toList();
          }
        }
        yield List.of();
      }
      case RESPONSES -> newItems();
    };
  }

  /** The names of the offered tools, in the request's order. */
  public List<String> toolNames() {
    Stream<JsonNode> offered =
        switch (api) {
          case MESSAGES -> body.path("tools").valueStream();
          // Requests to newer models list tools in groups, as an item of the input.
          case RESPONSES ->
              Stream.concat(
                      body.path("tools").valueStream(),
                      body.path("input")
                          .valueStream()
                          .flatMap(item -> item.path("tools").valueStream()))
                  .flatMap(
                      tool ->
                          tool.has("tools") ? tool.path("tools").valueStream() : Stream.of(tool));
        };
    return offered.map(tool -> tool.path("name").asText()).toList();
  }

  /** Whether Codex asks for a title for the conversation, which it does by itself. */
  boolean isCodexAskingForTitle() {
    JsonNode properties = body.at("/text/format/schema/properties");
    return api == Api.RESPONSES && properties.size() == 1 && properties.has("title");
  }

  private List<JsonNode> newItems() {
    List<JsonNode> news = new ArrayList<>();
    JsonNode input = body.path("input");
    if (input.isTextual()) {
      return blocks(input).toList();
    }
    for (int i = input.size() - 1; i >= 0 && !isTheModels(input.path(i)); i--) {
      JsonNode item = input.path(i);
      if (item.path("type").asText().endsWith("_output")) {
        news.addFirst(item);
      } else if (hasRole(item, "user")) {
        news.addAll(0, blocks(item.path("content")).toList());
        break;
      }
    }
    return List.copyOf(news);
  }

  private static boolean isTheModels(JsonNode item) {
    return hasRole(item, "assistant") || item.path("type").asText().endsWith("_call");
  }

  private static boolean hasRole(JsonNode message, String role) {
    return message.path("role").asText().equals(role);
  }

  private static boolean isTheUsers(String text) {
    return !text.startsWith("<system-reminder>");
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
        .filter(
            block ->
                switch (block.path("type").asText()) {
                  case "text", "input_text" -> true;
                  default -> false;
                })
        .map(block -> block.path("text").asText());
  }

  /** Without headers, which contain the credential. */
  @Override
  public String toString() {
    return "ModelRequest[" + model() + ", " + size + " bytes, user: " + lastUserText() + "]";
  }
}

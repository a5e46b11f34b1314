package com.clawdforge.acpx.offline;

import com.clawdforge.acpx.offline.Reply.Block;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;

/**
 * The API's JSON for one message. Every message and tool use gets a fresh id, since Claude Code
 * merges assistant messages that share one (agent-facts.md, section 9).
 */
final class WireMessage {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Reply.Message reply;
  private final String model;
  private final Usage usage;

  WireMessage(Reply.Message reply, ModelRequest request) {
    this.reply = reply;
    this.model = request.model();
    this.usage = reply.usage().orElseGet(() -> estimate(reply, request));
  }

  /** The whole message: what a request without {@code stream} gets. */
  ObjectNode whole() {
    ObjectNode message = envelope().put("stop_reason", reply.stopReason());
    ArrayNode content = message.withArray("/content");
    for (Block block : reply.blocks()) {
      switch (block) {
        case Block.Text text -> content.add(textBlock(text.whole()));
        case Block.ToolUse call ->
            content.add(toolUseBlock(call.name()).set("input", call.input()));
      }
    }
    message.set("usage", usage(usage.outputTokens()));
    return message;
  }

  ObjectNode start() {
    ObjectNode message = envelope();
    message.set("usage", usage(1));
    return event("message_start").set("message", message);
  }

  static ObjectNode blockStart(int index, Block block) {
    ObjectNode content =
        switch (block) {
          case Block.Text text -> textBlock("");
          case Block.ToolUse call -> toolUseBlock(call.name()).set("input", JSON.objectNode());
        };
    return event("content_block_start").put("index", index).set("content_block", content);
  }

  static ObjectNode textDelta(int index, String text) {
    return blockDelta(index, JSON.objectNode().put("type", "text_delta").put("text", text));
  }

  static ObjectNode inputDelta(int index, String partialJson) {
    return blockDelta(
        index, JSON.objectNode().put("type", "input_json_delta").put("partial_json", partialJson));
  }

  static ObjectNode blockStop(int index) {
    return event("content_block_stop").put("index", index);
  }

  ObjectNode delta() {
    ObjectNode event = event("message_delta");
    event.putObject("delta").put("stop_reason", reply.stopReason()).putNull("stop_sequence");
    event.set("usage", usage(usage.outputTokens()));
    return event;
  }

  static ObjectNode stop() {
    return event("message_stop");
  }

  static ObjectNode error(String type, String message) {
    ObjectNode error = JSON.objectNode().put("type", "error");
    error.putObject("error").put("type", type).put("message", message);
    return error.put("request_id", freshId("req_"));
  }

  static long estimatedTokens(long length) {
    return Math.max(1, length / 4);
  }

  private static Usage estimate(Reply.Message reply, ModelRequest request) {
    long length = 0;
    for (Block block : reply.blocks()) {
      length +=
          switch (block) {
            case Block.Text text -> text.chunks().stream().mapToLong(String::length).sum();
            case Block.ToolUse call -> call.input().toString().length();
          };
    }
    return new Usage(estimatedTokens(request.size()), estimatedTokens(length), 0, 0);
  }

  private ObjectNode envelope() {
    ObjectNode message =
        JSON.objectNode()
            .put("id", freshId("msg_"))
            .put("type", "message")
            .put("role", "assistant")
            .put("model", model);
    message.putArray("content");
    return message.putNull("stop_reason").putNull("stop_sequence");
  }

  private ObjectNode usage(long outputTokens) {
    return JSON.objectNode()
        .put("input_tokens", usage.inputTokens())
        .put("cache_creation_input_tokens", usage.cacheCreationInputTokens())
        .put("cache_read_input_tokens", usage.cacheReadInputTokens())
        .put("output_tokens", outputTokens);
  }

  private static ObjectNode textBlock(String text) {
    return JSON.objectNode().put("type", "text").put("text", text);
  }

  private static ObjectNode toolUseBlock(String name) {
    return JSON.objectNode().put("type", "tool_use").put("id", freshId("toolu_")).put("name", name);
  }

  private static ObjectNode blockDelta(int index, JsonNode delta) {
    return event("content_block_delta").put("index", index).set("delta", delta);
  }

  private static ObjectNode event(String type) {
    return JSON.objectNode().put("type", type);
  }

  private static String freshId(String prefix) {
    return prefix + UUID.randomUUID().toString().replace("-", "");
  }
}

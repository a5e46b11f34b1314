package com.clawdforge.acpx.offline;

import static com.clawdforge.acpx.offline.Api.freshId;

import com.clawdforge.acpx.offline.ModelReply.Block;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Messages API's JSON for one message. Every message and tool use gets a new id, since Claude
 * Code merges assistant messages that share one (agent-facts.md, section 9).
 */
final class WireMessage implements Wire {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ModelReply.Message reply;
  private final String model;
  private final Usage usage;
  private final Signatures signatures;

  WireMessage(ModelReply.Message reply, ModelRequest request, Signatures signatures) {
    this.reply = reply;
    this.model = request.model();
    this.usage = Api.usage(reply, request);
    this.signatures = signatures;
  }

  @Override
  public ObjectNode whole() {
    ObjectNode message = envelope();
    stop(message);
    ArrayNode content = message.withArray("/content");
    for (Block block : reply.blocks()) {
      switch (block) {
        case Block.Text text -> content.add(textBlock(text.whole()));
        case Block.Thinking thinking ->
            content.add(thinkingBlock(thinking.whole(), signatures.give()));
        case Block.ToolUse call ->
            content.add(toolUseBlock(call.name()).set("input", call.input()));
        case Block.BrokenToolUse call ->
            content.add(toolUseBlock(call.name()).set("input", JSON.objectNode()));
      }
    }
    message.set("usage", usage(usage.outputTokens()));
    return message;
  }

  @Override
  public List<ObjectNode> opening() {
    ObjectNode message = envelope();
    message.set("usage", usage(1));
    return List.of(event("message_start").set("message", message));
  }

  @Override
  public List<ObjectNode> blockOpening(int index) {
    ObjectNode content =
        switch (reply.blocks().get(index)) {
          case Block.Text text -> textBlock("");
          case Block.Thinking thinking -> thinkingBlock("", "");
          case Block.ToolUse call -> toolUseBlock(call.name()).set("input", JSON.objectNode());
          case Block.BrokenToolUse call ->
              toolUseBlock(call.name()).set("input", JSON.objectNode());
        };
    return List.of(event("content_block_start").put("index", index).set("content_block", content));
  }

  @Override
  public List<ObjectNode> deltas(int index) {
    Stream<ObjectNode> deltas =
        switch (reply.blocks().get(index)) {
          case Block.Text text ->
              text.chunks().stream().map(chunk -> delta("text_delta", "text", chunk));
          // The signature belongs to the whole text, so it comes last.
          case Block.Thinking thinking ->
              Stream.concat(
                  thinking.chunks().stream()
                      .map(chunk -> delta("thinking_delta", "thinking", chunk)),
                  Stream.of(delta("signature_delta", "signature", signatures.give())));
          case Block.ToolUse call ->
              Stream.of(delta("input_json_delta", "partial_json", call.input().toString()));
          case Block.BrokenToolUse call ->
              Stream.of(delta("input_json_delta", "partial_json", call.partialJson()));
        };
    return deltas
        .map(
            delta ->
                event("content_block_delta").put("index", index).<ObjectNode>set("delta", delta))
        .toList();
  }

  @Override
  public List<ObjectNode> blockClosing(int index) {
    return List.of(event("content_block_stop").put("index", index));
  }

  @Override
  public List<ObjectNode> closing() {
    ObjectNode event = event("message_delta");
    stop(event.putObject("delta"));
    event.set("usage", usage(usage.outputTokens()));
    return List.of(event, event("message_stop"));
  }

  @Override
  public ObjectNode failure(String type, String message) {
    ObjectNode event = event("error");
    event.putObject("error").put("type", type).put("message", message);
    return event;
  }

  private void stop(ObjectNode target) {
    target.put("stop_reason", reply.stopReason()).putNull("stop_sequence");
    if (reply.stopReason().equals("refusal")) {
      target
          .putObject("stop_details")
          .put("type", "refusal")
          .putNull("category")
          .putNull("explanation");
    }
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

  private static ObjectNode thinkingBlock(String text, String signature) {
    return JSON.objectNode()
        .put("type", "thinking")
        .put("thinking", text)
        .put("signature", signature);
  }

  private static ObjectNode toolUseBlock(String name) {
    return JSON.objectNode().put("type", "tool_use").put("id", freshId("toolu_")).put("name", name);
  }

  private static ObjectNode delta(String type, String field, String content) {
    return JSON.objectNode().put("type", type).put(field, content);
  }

  private static ObjectNode event(String type) {
    return JSON.objectNode().put("type", type);
  }
}

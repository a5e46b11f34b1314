package com.clawdforge.acpx.offline;

import static com.clawdforge.acpx.offline.Api.freshId;

import com.clawdforge.acpx.offline.ModelReply.Block;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The Responses API's JSON for one response. A tool use is a {@code function_call}; if its input is
 * plain text, it is a {@code custom_tool_call}, as freeform tools require. Thinking is a {@code
 * reasoning} item with a summary.
 */
final class WireResponse implements Wire {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ModelReply.Message reply;
  private final String model;
  private final Usage usage;
  private final String id = freshId("resp_");
  // Cached: a stream contains each whole item twice, with the same id.
  private final List<ObjectNode> items;

  WireResponse(ModelReply.Message reply, ModelRequest request) {
    this.reply = reply;
    this.model = request.model();
    this.usage = Api.usage(reply, request);
    this.items = reply.blocks().stream().map(WireResponse::item).toList();
  }

  @Override
  public ObjectNode whole() {
    ObjectNode response = envelope(truncated() ? "incomplete" : "completed");
    if (truncated()) {
      response.putObject("incomplete_details").put("reason", "max_output_tokens");
    }
    response.withArray("/output").addAll(items);
    ObjectNode counts = response.putObject("usage");
    long input =
        usage.inputTokens() + usage.cacheReadInputTokens() + usage.cacheCreationInputTokens();
    counts.put("input_tokens", input);
    counts.putObject("input_tokens_details").put("cached_tokens", usage.cacheReadInputTokens());
    counts.put("output_tokens", usage.outputTokens());
    counts.putObject("output_tokens_details").put("reasoning_tokens", 0);
    counts.put("total_tokens", input + usage.outputTokens());
    return response;
  }

  @Override
  public List<ObjectNode> opening() {
    return List.of(event("response.created").set("response", envelope("in_progress")));
  }

  @Override
  public List<ObjectNode> blockOpening(int index) {
    ObjectNode item = items.get(index).deepCopy();
    switch (reply.blocks().get(index)) {
      case Block.Text text -> item.putArray("content");
      case Block.Thinking thinking -> item.putArray("summary");
      case Block.ToolUse call -> item.put(inputField(item), "");
      case Block.BrokenToolUse call -> item.put(inputField(item), "");
    }
    item.put("status", "in_progress");
    return List.of(itemEvent("response.output_item.added", index).set("item", item));
  }

  @Override
  public List<ObjectNode> deltas(int index) {
    return switch (reply.blocks().get(index)) {
      case Block.Text text ->
          text.chunks().stream()
              .map(
                  chunk ->
                      delta("response.output_text.delta", index)
                          .put("content_index", 0)
                          .put("delta", chunk))
              .toList();
      case Block.Thinking thinking -> summary(index, thinking);
      case Block.ToolUse call -> List.of(input(index));
      case Block.BrokenToolUse call -> List.of(input(index));
    };
  }

  private ObjectNode input(int index) {
    ObjectNode item = items.get(index);
    String type =
        freeform(item)
            ? "response.custom_tool_call_input.delta"
            : "response.function_call_arguments.delta";
    return delta(type, index).set("delta", item.get(inputField(item)));
  }

  private List<ObjectNode> summary(int index, Block.Thinking thinking) {
    List<ObjectNode> events = new ArrayList<>();
    ObjectNode part = summaryEvent("response.reasoning_summary_part.added", index);
    events.add(part.set("part", summaryPart("")));
    for (String chunk : thinking.chunks()) {
      events.add(summaryEvent("response.reasoning_summary_text.delta", index).put("delta", chunk));
    }
    return List.copyOf(events);
  }

  private ObjectNode summaryEvent(String type, int index) {
    return delta(type, index).put("summary_index", 0);
  }

  private ObjectNode delta(String type, int index) {
    return itemEvent(type, index).put("item_id", items.get(index).path("id").asText());
  }

  @Override
  public List<ObjectNode> blockClosing(int index) {
    return List.of(itemEvent("response.output_item.done", index).set("item", items.get(index)));
  }

  @Override
  public List<ObjectNode> closing() {
    return List.of(
        event(truncated() ? "response.incomplete" : "response.completed").set("response", whole()));
  }

  @Override
  public ObjectNode failure(String type, String message) {
    ObjectNode response = envelope("failed");
    response.putObject("error").put("code", type).put("message", message);
    return event("response.failed").set("response", response);
  }

  private boolean truncated() {
    return reply.stopReason().equals("max_tokens");
  }

  private ObjectNode envelope(String status) {
    ObjectNode response =
        JSON.objectNode()
            .put("id", id)
            .put("object", "response")
            .put("status", status)
            .put("model", model);
    response.putArray("output");
    return response;
  }

  private static ObjectNode item(Block block) {
    return switch (block) {
      case Block.Text text -> message(text.whole());
      case Block.Thinking thinking -> reasoning(thinking.whole());
      case Block.ToolUse call ->
          call.input().isTextual()
              ? call("custom_tool_call", "ctc_", call.name()).put("input", call.input().asText())
              : call("function_call", "fc_", call.name()).put("arguments", call.input().toString());
      case Block.BrokenToolUse call ->
          call("function_call", "fc_", call.name()).put("arguments", call.partialJson());
    };
  }

  private static ObjectNode call(String type, String idPrefix, String name) {
    return JSON.objectNode()
        .put("type", type)
        .put("id", freshId(idPrefix))
        .put("call_id", freshId("call_"))
        .put("name", name)
        .put("status", "completed");
  }

  private static ObjectNode message(String text) {
    ObjectNode item =
        JSON.objectNode()
            .put("type", "message")
            .put("id", freshId("msg_"))
            .put("role", "assistant")
            .put("status", "completed");
    ArrayNode content = item.putArray("content");
    content.addObject().put("type", "output_text").put("text", text).putArray("annotations");
    return item;
  }

  private static ObjectNode reasoning(String text) {
    ObjectNode item = JSON.objectNode().put("type", "reasoning").put("id", freshId("rs_"));
    item.putArray("summary").add(summaryPart(text));
    return item.put("status", "completed");
  }

  private static ObjectNode summaryPart(String text) {
    return JSON.objectNode().put("type", "summary_text").put("text", text);
  }

  private static boolean freeform(ObjectNode call) {
    return call.has("input");
  }

  private static String inputField(ObjectNode call) {
    return freeform(call) ? "input" : "arguments";
  }

  private static ObjectNode itemEvent(String type, int index) {
    return event(type).put("output_index", index);
  }

  private static ObjectNode event(String type) {
    return JSON.objectNode().put("type", type);
  }
}

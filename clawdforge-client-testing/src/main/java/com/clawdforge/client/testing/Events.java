package com.clawdforge.client.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages of an agent: of {@code claude} for a run, of the Agent Client Protocol for a turn.
 */
final class Events {
  private Events() {}

  /** What an agent does before its text. */
  sealed interface Step {}

  record Tool(String title, String kind) implements Step {}

  record Raw(JsonNode message) implements Step {}

  static List<JsonNode> ofRun(FakeAnswer answer) {
    List<JsonNode> events = new ArrayList<>();
    for (Step step : answer.steps()) {
      if (step instanceof Raw raw) {
        events.add(raw.message());
      } else if (step instanceof Tool tool) {
        String id = "tool-" + events.size();
        ObjectNode call = Wire.object().put("type", "tool_use").put("id", id);
        call.put("name", tool.title()).set("input", Wire.object());
        events.add(said("assistant", call));
        events.add(said("user", Wire.object().put("type", "tool_result").put("tool_use_id", id)));
      }
    }
    for (String piece : answer.pieces()) {
      ObjectNode delta = Wire.object().put("type", "text_delta").put("text", piece);
      ObjectNode event = Wire.object().put("type", "content_block_delta").set("delta", delta);
      events.add(Wire.object().put("type", "stream_event").set("event", event));
    }
    ObjectNode last = Wire.object().put("type", "result").put("subtype", "success");
    if (answer.costUsd() != null) {
      last.put("total_cost_usd", answer.costUsd());
    }
    events.add(last.set("usage", Wire.usage(answer.usage())));
    return events;
  }

  private static ObjectNode said(String type, ObjectNode block) {
    ObjectNode message = Wire.object().set("content", Wire.array(List.of(block)));
    return Wire.object().put("type", type).set("message", message);
  }

  static List<JsonNode> ofTurn(FakeAnswer answer, String sessionId) {
    List<JsonNode> events = new ArrayList<>();
    for (Step step : answer.steps()) {
      if (step instanceof Raw raw) {
        events.add(raw.message());
      } else if (step instanceof Tool tool) {
        String id = "tool-" + events.size();
        ObjectNode call = update("tool_call").put("toolCallId", id).put("title", tool.title());
        events.add(message(sessionId, call.put("kind", tool.kind()).put("status", "pending")));
        ObjectNode end = update("tool_call_update").put("toolCallId", id);
        events.add(message(sessionId, end.put("status", "completed")));
      }
    }
    for (String piece : answer.pieces()) {
      ObjectNode chunk = update("agent_message_chunk");
      chunk.set("content", Wire.object().put("type", "text").put("text", piece));
      events.add(message(sessionId, chunk));
    }
    ObjectNode end = Wire.object().put("jsonrpc", "2.0").put("id", 3);
    events.add(end.set("result", Wire.object().put("stopReason", answer.stopReason())));
    return events;
  }

  private static ObjectNode update(String kind) {
    return Wire.object().put("sessionUpdate", kind);
  }

  private static ObjectNode message(String sessionId, ObjectNode update) {
    ObjectNode params = Wire.object().put("sessionId", sessionId).set("update", update);
    return Wire.object()
        .put("jsonrpc", "2.0")
        .put("method", "session/update")
        .set("params", params);
  }
}

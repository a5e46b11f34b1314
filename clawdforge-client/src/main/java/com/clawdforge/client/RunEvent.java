package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event of a run: a line of {@code claude}'s {@code stream-json} output, or a part of one. */
public sealed interface RunEvent {
  /** The agent's unchanged line. */
  JsonNode raw();

  /**
   * The next piece of the model's text. Take the answer from {@link RunStream#result()} instead: if
   * a request to the model fails half-way, the agent repeats it, and its pieces arrive again.
   */
  record Text(String text, JsonNode raw) implements RunEvent {
    /** Leaves out the text: this may be logged. */
    @Override
    public String toString() {
      return "Text[" + text.length() + " characters]";
    }
  }

  /** The next piece of the model's thoughts. */
  record Thought(String text, JsonNode raw) implements RunEvent {
    /** Leaves out the text: this may be logged. */
    @Override
    public String toString() {
      return "Thought[" + text.length() + " characters]";
    }
  }

  /**
   * The model calls a tool.
   *
   * @param id the id that its {@link ToolResult} repeats
   * @param name of the tool, such as {@code Read}
   * @param input of the tool
   */
  record ToolCall(String id, String name, JsonNode input, JsonNode raw) implements RunEvent {
    /** Leaves out the input: this may be logged. */
    @Override
    public String toString() {
      return "ToolCall[" + id + ", " + name + "]";
    }
  }

  /**
   * The result of a tool call.
   *
   * @param id of the call
   * @param failed whether it failed, or was denied
   * @param content the result that the model gets
   */
  record ToolResult(String id, boolean failed, JsonNode content, JsonNode raw) implements RunEvent {
    /** Leaves out the content: this may be logged. */
    @Override
    public String toString() {
      return "ToolResult[" + id + (failed ? ", failed]" : "]");
    }
  }

  /** Any other line. */
  record Other(JsonNode raw) implements RunEvent {
    /** Leaves out the line: this may be logged. */
    @Override
    public String toString() {
      return "Other";
    }
  }

  /** Returns the events of an agent's line, at least one. */
  static List<RunEvent> of(JsonNode line) {
    List<RunEvent> events = new ArrayList<>();
    switch (line.path("type").asText()) {
      case "stream_event" -> addDelta(line, events);
      case "assistant", "user" ->
          line.at("/message/content").forEach(block -> addTool(line, block, events));
      default -> {}
    }
    return events.isEmpty() ? List.of(new Other(line)) : List.copyOf(events);
  }

  private static void addDelta(JsonNode line, List<RunEvent> events) {
    JsonNode delta = line.at("/event/delta");
    @Nullable String text = Json.text(delta, "text");
    @Nullable String thinking = Json.text(delta, "thinking");
    if (text != null) {
      events.add(new Text(text, line));
    } else if (thinking != null) {
      events.add(new Thought(thinking, line));
    }
  }

  // Leaves out complete texts: their pieces arrived before.
  private static void addTool(JsonNode line, JsonNode block, List<RunEvent> events) {
    @Nullable String called = Json.text(block, "id");
    @Nullable String name = Json.text(block, "name");
    @Nullable String answered = Json.text(block, "tool_use_id");
    if (called != null && name != null) {
      events.add(new ToolCall(called, name, block.path("input"), line));
    } else if (answered != null) {
      events.add(
          new ToolResult(answered, Json.truth(block, "is_error"), block.path("content"), line));
    }
  }
}

package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that the agent of a run told while it worked: a line of {@code claude}'s {@code
 * stream-json} output, or a part of one.
 */
public sealed interface RunEvent {
  /** The agent's whole line as it is. */
  JsonNode raw();

  /**
   * A piece of what the model says, to be put behind the pieces before it. The answer is {@link
   * RunStream#result()}, not these: a request to the model that fails half way is made again, and
   * its pieces come again.
   */
  record Text(String text, JsonNode raw) implements RunEvent {
    /** Not the text: this may be logged. */
    @Override
    public String toString() {
      return "Text[" + text.length() + " characters]";
    }
  }

  /** A piece of what the model thinks. */
  record Thought(String text, JsonNode raw) implements RunEvent {
    /** Not the text: this may be logged. */
    @Override
    public String toString() {
      return "Thought[" + text.length() + " characters]";
    }
  }

  /**
   * The model calls a tool.
   *
   * @param id what its {@link ToolResult} names
   * @param name the tool's, such as {@code Read}
   * @param input what the tool is given
   */
  record ToolCall(String id, String name, JsonNode input, JsonNode raw) implements RunEvent {
    /** Not the input: this may be logged. */
    @Override
    public String toString() {
      return "ToolCall[" + id + ", " + name + "]";
    }
  }

  /**
   * What came of a tool call.
   *
   * @param id of the call
   * @param failed whether it failed, or was denied
   * @param content what the model is told
   */
  record ToolResult(String id, boolean failed, JsonNode content, JsonNode raw) implements RunEvent {
    /** Not the content: this may be logged. */
    @Override
    public String toString() {
      return "ToolResult[" + id + (failed ? ", failed]" : "]");
    }
  }

  /** Anything else. */
  record Other(JsonNode raw) implements RunEvent {
    /** Not the line: this may be logged. */
    @Override
    public String toString() {
      return "Other";
    }
  }

  /** What a line of the agent's means: at least one thing. */
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

  // Whole texts are left out: they came in pieces before.
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

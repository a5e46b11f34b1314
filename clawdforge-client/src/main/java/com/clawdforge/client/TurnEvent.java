package com.clawdforge.client;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** One message of an agent during a turn, in the order in which it sent them. */
public sealed interface TurnEvent {
  /** The agent's message as it is: JSON-RPC of the Agent Client Protocol. */
  JsonNode raw();

  /**
   * A piece of the answer.
   *
   * @param text to be put behind the pieces before it
   */
  record Text(String text, JsonNode raw) implements TurnEvent {
    /** Not the text: this may be logged. */
    @Override
    public String toString() {
      return "Text[" + text.length() + " characters]";
    }
  }

  /**
   * News of a tool call: its start, or what became of it.
   *
   * @param id the same in all news of one call
   * @param title what a person may read, made by the model; null if it is as before
   * @param kind {@code read}, {@code edit}, {@code execute} and the like; null if it is as before
   * @param status {@code pending}, {@code in_progress}, {@code completed} or {@code failed}; null
   *     if it is as before
   */
  record ToolCall(
      String id,
      @Nullable String title,
      @Nullable String kind,
      @Nullable String status,
      JsonNode raw)
      implements TurnEvent {
    /** Not the title: this may be logged. */
    @Override
    public String toString() {
      return "ToolCall[" + id + ", " + kind + ", " + status + "]";
    }
  }

  /** Anything else. */
  record Other(JsonNode raw) implements TurnEvent {
    /** Not the message: this may be logged. */
    @Override
    public String toString() {
      return "Other";
    }
  }

  /** What the agent's message means. */
  static TurnEvent of(JsonNode raw) {
    JsonNode update = raw.at("/params/update");
    switch (update.path("sessionUpdate").asText()) {
      case "agent_message_chunk" -> {
        String text = Json.text(update.path("content"), "text");
        if (text != null) {
          return new Text(text, raw);
        }
      }
      case "tool_call", "tool_call_update" -> {
        String id = Json.text(update, "toolCallId");
        if (id != null) {
          return new ToolCall(
              id,
              Json.text(update, "title"),
              Json.text(update, "kind"),
              Json.text(update, "status"),
              raw);
        }
      }
      default -> {}
    }
    return new Other(raw);
  }
}

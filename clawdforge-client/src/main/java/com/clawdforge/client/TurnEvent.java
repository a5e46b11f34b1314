package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message of an agent during a turn. */
public sealed interface TurnEvent {
  /** The agent's unchanged message: JSON-RPC of the Agent Client Protocol. */
  JsonNode raw();

  /** The next piece of the answer. */
  record Text(String text, JsonNode raw) implements TurnEvent {
    /** The same in all pieces of one message; null if the agent does not tell messages apart. */
    public @Nullable String messageId() {
      return Json.text(raw.at("/params/update"), "messageId");
    }

    /** Leaves out the text: this may be logged. */
    @Override
    public String toString() {
      return "Text[" + text.length() + " characters]";
    }
  }

  /** A remark of the agent's own, such as that a request failed; no part of the answer. */
  record Notice(String text, JsonNode raw) implements TurnEvent {
    /** Leaves out the text: this may be logged. */
    @Override
    public String toString() {
      return "Notice[" + text.length() + " characters]";
    }
  }

  /**
   * The agent repeats a request to the model's provider. What came of the message so far comes
   * again, as another message.
   *
   * @param status the HTTP status of the provider's answer; null if there was none, or it is
   *     unknown
   */
  record Retry(@Nullable Integer status, JsonNode raw) implements TurnEvent {
    @Override
    public String toString() {
      return "Retry[" + status + "]";
    }
  }

  /** The next piece of the model's thoughts. */
  record Thought(String text, JsonNode raw) implements TurnEvent {
    /** Leaves out the text: this may be logged. */
    @Override
    public String toString() {
      return "Thought[" + text.length() + " characters]";
    }
  }

  /**
   * A tool call begins.
   *
   * @param id the same in all updates of the call
   * @param title for people, written by the model
   * @param kind {@code read}, {@code edit}, {@code execute} and the like; null if unknown
   * @param status {@code pending}, {@code in_progress}, {@code completed} or {@code failed}; null
   *     if unknown
   */
  record ToolCall(
      String id,
      @Nullable String title,
      @Nullable String kind,
      @Nullable String status,
      JsonNode raw)
      implements TurnEvent {
    /** Leaves out the title: this may be logged. */
    @Override
    public String toString() {
      return "ToolCall[" + id + ", " + kind + ", " + status + "]";
    }
  }

  /**
   * A change of a tool call; the same values as in {@link ToolCall}, null where unchanged.
   *
   * @param id of the call
   */
  record ToolUpdate(
      String id,
      @Nullable String title,
      @Nullable String kind,
      @Nullable String status,
      JsonNode raw)
      implements TurnEvent {
    /** Leaves out the title: this may be logged. */
    @Override
    public String toString() {
      return "ToolUpdate[" + id + ", " + kind + ", " + status + "]";
    }
  }

  /**
   * The agent's complete plan; replaces earlier ones.
   *
   * @param entries in order
   */
  record Plan(List<Entry> entries, JsonNode raw) implements TurnEvent {
    /**
     * A step.
     *
     * @param priority {@code high}, {@code medium} or {@code low}; null if unknown
     * @param status {@code pending}, {@code in_progress} or {@code completed}; null if unknown
     */
    public record Entry(String content, @Nullable String priority, @Nullable String status) {
      /** Leaves out the step: this may be logged. */
      @Override
      public String toString() {
        return "Entry[" + priority + ", " + status + "]";
      }
    }

    /** Leaves out the steps: this may be logged. */
    @Override
    public String toString() {
      return "Plan[" + entries.size() + " entries]";
    }
  }

  /**
   * How full the model's context is, and what the session has cost.
   *
   * @param used in tokens; null if unknown
   * @param size of the context, in tokens; null if unknown
   * @param costUsd the agent's own estimate in US dollars since it started; null if unknown, or in
   *     another currency
   */
  record Usage(@Nullable Long used, @Nullable Long size, @Nullable BigDecimal costUsd, JsonNode raw)
      implements TurnEvent {
    @Override
    public String toString() {
      return "Usage[" + used + " of " + size + ", " + costUsd + "]";
    }
  }

  /**
   * The agent requests permission for a tool call, or the session's permissions answer it. An agent
   * that decides by itself does not ask.
   *
   * @param id the same in the request and its answer
   * @param toolCallId of the tool call; null in answers
   * @param kind of the tool call, as in {@link ToolCall}; null in answers, and if unknown
   * @param chosen the answer: {@code allow}, {@code reject} or another of the agent's options,
   *     {@code cancelled} if the request was cancelled; null in requests
   */
  record Permission(
      String id,
      @Nullable String toolCallId,
      @Nullable String kind,
      @Nullable String chosen,
      JsonNode raw)
      implements TurnEvent {
    /** Leaves out the input: this may be logged. */
    @Override
    public String toString() {
      return "Permission[" + id + ", " + kind + ", " + chosen + "]";
    }
  }

  /** Any other message. */
  record Other(JsonNode raw) implements TurnEvent {
    /** Leaves out the message: this may be logged. */
    @Override
    public String toString() {
      return "Other";
    }
  }

  /** Returns the event that a message stands for. */
  static TurnEvent of(JsonNode raw) {
    return TurnMessage.read(raw);
  }
}

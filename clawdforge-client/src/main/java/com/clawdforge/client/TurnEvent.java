package com.clawdforge.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
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

  /** A piece of what the model thinks. */
  record Thought(String text, JsonNode raw) implements TurnEvent {
    /** Not the text: this may be logged. */
    @Override
    public String toString() {
      return "Thought[" + text.length() + " characters]";
    }
  }

  /**
   * A tool call begins.
   *
   * @param id the same in all news of the call
   * @param title what a person may read, made by the model
   * @param kind {@code read}, {@code edit}, {@code execute} and the like; null if it is not told
   * @param status {@code pending}, {@code in_progress}, {@code completed} or {@code failed}; null
   *     if it is not told
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

  /**
   * News of a tool call.
   *
   * @param id that of the call
   * @param title as in {@link ToolCall}; null if it is as before, as are the others
   */
  record ToolUpdate(
      String id,
      @Nullable String title,
      @Nullable String kind,
      @Nullable String status,
      JsonNode raw)
      implements TurnEvent {
    /** Not the title: this may be logged. */
    @Override
    public String toString() {
      return "ToolUpdate[" + id + ", " + kind + ", " + status + "]";
    }
  }

  /**
   * What the agent means to do, whole each time.
   *
   * @param entries in their order
   */
  record Plan(List<Entry> entries, JsonNode raw) implements TurnEvent {
    /**
     * A step.
     *
     * @param priority {@code high}, {@code medium} or {@code low}; null if it is not told
     * @param status {@code pending}, {@code in_progress} or {@code completed}; null if it is not
     *     told
     */
    public record Entry(String content, @Nullable String priority, @Nullable String status) {
      /** Not the step itself: this may be logged. */
      @Override
      public String toString() {
        return "Entry[" + priority + ", " + status + "]";
      }
    }

    /** Not the steps: this may be logged. */
    @Override
    public String toString() {
      return "Plan[" + entries.size() + " entries]";
    }
  }

  /**
   * How full the model's context is, and what the session has cost.
   *
   * @param used in tokens; null if it is not told
   * @param size of the context, in tokens; null if it is not told
   * @param costUsd the agent's own estimate in US dollars since it was started; null if it is not
   *     told, or told in another currency
   */
  record Usage(@Nullable Long used, @Nullable Long size, @Nullable BigDecimal costUsd, JsonNode raw)
      implements TurnEvent {
    @Override
    public String toString() {
      return "Usage[" + used + " of " + size + ", " + costUsd + "]";
    }
  }

  /**
   * The agent asks whether it may go on with a tool call, or is answered, by the session's own
   * rules. An agent that decides by itself does not ask.
   *
   * @param id the same in the question and its answer
   * @param toolCallId what it is about; null in answers
   * @param kind of the tool call, as in {@link ToolCall}; null in answers, and if it is not told
   * @param chosen the answer: {@code allow}, {@code reject} or what else the agent offered, {@code
   *     cancelled} if the question was called off; null in questions
   */
  record Permission(
      String id,
      @Nullable String toolCallId,
      @Nullable String kind,
      @Nullable String chosen,
      JsonNode raw)
      implements TurnEvent {
    /** Not what the tool call is given: this may be logged. */
    @Override
    public String toString() {
      return "Permission[" + id + ", " + kind + ", " + chosen + "]";
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
    return TurnMessage.read(raw);
  }
}

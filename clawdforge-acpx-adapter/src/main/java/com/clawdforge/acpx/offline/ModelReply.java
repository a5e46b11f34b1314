package com.clawdforge.acpx.offline;

import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the {@link OfflineModel} does with one request. A value: it may be sent any number of times,
 * each time as a message with ids of its own. A message goes out streamed or whole, as the request
 * asked.
 */
public sealed interface ModelReply {

  /** A text that ends the turn. */
  static ModelReply text(String text) {
    return message(new Block.Text(text));
  }

  /** A text with a stop reason ({@code end_turn}, {@code max_tokens}, …) and usage of its own. */
  static ModelReply text(String text, String stopReason, Usage usage) {
    return new Message(
        List.of(new Block.Text(text)), stopReason, Optional.of(usage), Duration.ZERO);
  }

  /**
   * A call of one tool. The agent's next request carries its result.
   *
   * @param input an object; to a client of the Responses API also a text, for a freeform tool
   */
  static ModelReply toolUse(String name, JsonNode input) {
    return message(new Block.ToolUse(name, input));
  }

  /** A call of one tool, its input given as anything that Jackson turns into a JSON object. */
  static ModelReply toolUse(String name, Map<String, ?> input) {
    return message(new Block.ToolUse(name, new JsonMapper().valueToTree(input)));
  }

  /** A message of several blocks; it stops for the tools if there is a tool among them. */
  static ModelReply message(Block... blocks) {
    List<Block> all = List.of(blocks);
    boolean calls = all.stream().anyMatch(Block.ToolUse.class::isInstance);
    return new Message(all, calls ? "tool_use" : "end_turn", Optional.empty(), Duration.ZERO);
  }

  /** A text whose chunks go out one by one with a pause before each but the first. */
  static ModelReply streamedSlowly(List<String> chunks, Duration between) {
    return new Message(
        List.of(new Block.Text(List.copyOf(chunks))), "end_turn", Optional.empty(), between);
  }

  /** An error in the API's shape, such as {@code error(400, "invalid_request_error", "no")}. */
  static ModelReply error(int status, String type, String message) {
    return error(status, type, message, Map.of());
  }

  /** An error with response headers, such as {@code retry-after}. */
  static ModelReply error(int status, String type, String message, Map<String, String> headers) {
    return new Failure(status, type, message, Map.copyOf(headers));
  }

  /** Another reply, after a pause in which nothing is sent. */
  static ModelReply delayed(Duration pause, ModelReply reply) {
    return new Delayed(pause, reply);
  }

  /** Takes the request and never answers. */
  static ModelReply silent() {
    return new Silent();
  }

  /** Starts a message with this text, and then sends nothing more on an open connection. */
  static ModelReply stalledAfter(String partialText) {
    return new Broken(partialText, Broken.Fault.STALLED);
  }

  /** Starts a message with this text, and then closes the connection in the middle of it. */
  static ModelReply cutAfter(String partialText) {
    return new Broken(partialText, Broken.Fault.CUT);
  }

  /** A 200 whose body is not JSON. */
  static ModelReply garbage() {
    return new Garbage();
  }

  /** A whole message; without {@code usage} the tokens are estimated from the sizes. */
  record Message(
      List<Block> blocks, String stopReason, Optional<Usage> usage, Duration betweenChunks)
      implements ModelReply {
    public Message {
      blocks = List.copyOf(blocks);
    }
  }

  /** An error of the API. */
  record Failure(int status, String type, String message, Map<String, String> headers)
      implements ModelReply {}

  /** A reply that comes later. */
  record Delayed(Duration pause, ModelReply reply) implements ModelReply {}

  /** No answer at all. */
  record Silent() implements ModelReply {}

  /** A message that never gets to its end. */
  record Broken(String partialText, Fault fault) implements ModelReply {
    /** What keeps it from its end. */
    public enum Fault {
      STALLED,
      CUT
    }
  }

  /** An answer that is none. */
  record Garbage() implements ModelReply {}

  /** A piece of a message's content. */
  sealed interface Block {
    /** A text, in the chunks in which it is streamed. */
    record Text(List<String> chunks) implements Block {
      /** A text in chunks of a size that a stream would have, however long it is. */
      public Text(String text) {
        this(TextChunks.of(text));
      }

      String whole() {
        return String.join("", chunks);
      }
    }

    /** A call of a tool. */
    record ToolUse(String name, JsonNode input) implements Block {}
  }
}

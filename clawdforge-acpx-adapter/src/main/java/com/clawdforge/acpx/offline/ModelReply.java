package com.clawdforge.acpx.offline;

import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The reply of the {@link OfflineModel} to one request. It is a value: it may be sent any number of
 * times, each time as a message with new ids. A message is sent streamed or whole, as the request
 * asks.
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
   * A call of one tool. The agent's next request contains its result.
   *
   * @param input an object; to a client of the Responses API also a text, for a freeform tool
   */
  static ModelReply toolUse(String name, JsonNode input) {
    return message(new Block.ToolUse(name, input));
  }

  /** A call of one tool. Jackson turns the input into a JSON object. */
  static ModelReply toolUse(String name, Map<String, ?> input) {
    return message(new Block.ToolUse(name, new JsonMapper().valueToTree(input)));
  }

  /**
   * A message of several blocks; its stop reason is {@code tool_use} if one of them calls a tool.
   */
  static ModelReply message(Block... blocks) {
    List<Block> all = List.of(blocks);
    boolean calls =
        all.stream()
            .anyMatch(
                block -> block instanceof Block.ToolUse || block instanceof Block.BrokenToolUse);
    return new Message(all, calls ? "tool_use" : "end_turn", Optional.empty(), Duration.ZERO);
  }

  /**
   * A message of any blocks with a stop reason of choice: {@code end_turn}, {@code max_tokens},
   * {@code pause_turn}, {@code refusal}, …. The Responses API says {@code incomplete} for {@code
   * max_tokens} and {@code completed} for all others.
   */
  static ModelReply message(String stopReason, Block... blocks) {
    return new Message(List.of(blocks), stopReason, Optional.empty(), Duration.ZERO);
  }

  /** A message without any block. One with an empty text is {@code text("")}. */
  static ModelReply empty(String stopReason) {
    return message(stopReason);
  }

  /**
   * A message that the model breaks off since it may not answer, with what it said so far; without
   * any block if that is empty.
   */
  static ModelReply refusal(String text) {
    return text.isEmpty() ? empty("refusal") : message("refusal", new Block.Text(text));
  }

  /** A text whose chunks are sent one by one, with a pause before each but the first. */
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

  /**
   * The 429 of a subscription whose usage limit is reached: a {@code rate_limit_error} with the
   * {@link UsageHeaders} of a window that is used up, and {@code retry-after} with the seconds from
   * this call to its end, at least 0.
   *
   * @param window {@code five_hour} or {@code seven_day}
   * @throws IllegalArgumentException for another window
   */
  static ModelReply usageLimit(String window, Instant resetsAt) {
    Map<String, String> headers = UsageHeaders.of("rejected", window, 1, resetsAt);
    long seconds = Duration.between(Instant.now(), resetsAt).toSeconds();
    headers.put("retry-after", Long.toString(Math.max(0, seconds)));
    return error(
        429,
        "rate_limit_error",
        "This request would exceed your account's rate limit. Please try again later.",
        headers);
  }

  /**
   * Another reply with these response headers, such as {@link UsageHeaders}. They take the place of
   * the reply's own headers of the same name, its content type too. Not for {@code content-length}
   * and others that frame the body.
   */
  static ModelReply withHeaders(Map<String, String> headers, ModelReply reply) {
    return new WithHeaders(headers, reply);
  }

  /**
   * A page, as a proxy or a content delivery network in front of the API sends it. Its content type
   * is {@code text/html}.
   */
  static ModelReply html(int status, String body) {
    return new Page(status, body);
  }

  /** Another reply, after a pause in which nothing is sent. */
  static ModelReply delayed(Duration pause, ModelReply reply) {
    return new Delayed(pause, reply);
  }

  /** Accepts the request and never answers. */
  static ModelReply silent() {
    return new Silent();
  }

  /** Starts a message with this text, then sends nothing more and keeps the connection open. */
  static ModelReply stalledAfter(String partialText) {
    return new Broken(partialText, Broken.Fault.STALLED);
  }

  /** Starts a message with this text, then closes the connection in the middle of it. */
  static ModelReply cutAfter(String partialText) {
    return new Broken(partialText, Broken.Fault.CUT);
  }

  /**
   * Starts a message with this text, then ends the stream with an error, as an API does that has
   * already answered 200: {@code errorAfter("half", "overloaded_error", "Overloaded")}. Without a
   * text the error comes before the first block. Unless the request asks for a stream, it is an
   * {@link #error} alone, with the status 529 for {@code overloaded_error} and else 500.
   */
  static ModelReply errorAfter(String partialText, String type, String message) {
    return new FailedStream(partialText, type, message);
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

  /** A reply with response headers. */
  record WithHeaders(Map<String, String> headers, ModelReply reply) implements ModelReply {
    public WithHeaders {
      headers = Map.copyOf(headers);
    }
  }

  /** A page of HTML. */
  record Page(int status, String body) implements ModelReply {}

  /** A reply after a pause. */
  record Delayed(Duration pause, ModelReply reply) implements ModelReply {}

  /** No answer at all. */
  record Silent() implements ModelReply {}

  /** A message that is never completed. */
  record Broken(String partialText, Fault fault) implements ModelReply {
    /** Why it is not completed. */
    public enum Fault {
      STALLED,
      CUT
    }
  }

  /** A stream that ends with an error. */
  record FailedStream(String partialText, String type, String message) implements ModelReply {}

  /** An answer that is not JSON. */
  record Garbage() implements ModelReply {}

  /** A piece of a message's content. */
  sealed interface Block {
    /** A text, in the chunks in which it is streamed. */
    record Text(List<String> chunks) implements Block {
      /** A text of any length, in chunks as a stream would have them. */
      public Text(String text) {
        this(TextChunks.of(text));
      }

      String whole() {
        return String.join("", chunks);
      }
    }

    /**
     * What the model thinks before it answers, in the chunks in which it is streamed. The Messages
     * API gives it a signature, which the agent sends back with it; the Responses API sends it as
     * the summary of a reasoning item.
     */
    record Thinking(List<String> chunks) implements Block {
      /** A thought of any length, in chunks as a stream would have them. */
      public Thinking(String text) {
        this(TextChunks.of(text));
      }

      String whole() {
        return String.join("", chunks);
      }
    }

    /** A call of a tool. */
    record ToolUse(String name, JsonNode input) implements Block {}

    /**
     * A call of a tool whose input is no valid JSON, such as <code>{"command": "ls</code>. A stream
     * has it as it is and goes on. A whole message of the Messages API can have an object alone, so
     * there the input is empty; arguments of the Responses API are text and always as they are.
     */
    record BrokenToolUse(String name, String partialJson) implements Block {}
  }
}

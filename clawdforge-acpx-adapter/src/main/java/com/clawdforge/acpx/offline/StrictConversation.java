package com.clawdforge.acpx.offline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The request as a whole: the limit of tokens, the messages, their texts, the cache's marks. */
final class StrictConversation {
  private static final int MARKS = 4;

  private StrictConversation() {}

  static Stream<String> objections(JsonNode body) {
    return Stream.of(
            maxTokens(body.path("max_tokens")),
            messages(body.path("messages")),
            roles(body.path("messages")),
            contents(body.path("messages")),
            blanks(body),
            ending(body.path("messages")),
            cacheMarks(body))
        .flatMap(Function.identity());
  }

  private static Stream<String> maxTokens(JsonNode limit) {
    if (limit.isMissingNode() || limit.isNull()) {
      return Stream.of("max_tokens: Field required");
    }
    if (!limit.isIntegralNumber()) {
      return Stream.of("max_tokens: Input should be a valid integer");
    }
    return limit.longValue() < 1
        ? Stream.of("max_tokens: must be greater than or equal to 1")
        : Stream.empty();
  }

  private static Stream<String> messages(JsonNode messages) {
    if (messages.isMissingNode()) {
      return Stream.of("messages: Field required");
    }
    if (!messages.isArray()) {
      return Stream.of("messages: Input should be a valid list");
    }
    return messages.isEmpty()
        ? Stream.of("messages: at least one message is required")
        : Stream.empty();
  }

  private static Stream<String> roles(JsonNode messages) {
    return IntStream.range(0, messages.size())
        .boxed()
        .flatMap(i -> role(i, messages.path(i).path("role").asText()));
  }

  private static Stream<String> role(int index, String role) {
    return switch (role) {
      case "user" -> Stream.empty();
      case "assistant" ->
          index > 0
              ? Stream.empty()
              : Stream.of("messages: first message must use the \"user\" role");
      // Newer models take notes between the turns, and Claude Code sends them some.
      case "system" ->
          index > 0
              ? Stream.empty()
              : Stream.of(
                  "messages: Unexpected role \"system\". The Messages API accepts a top-level"
                      + " `system` parameter, not \"system\" as an input message role.");
      default ->
          Stream.of(
              "messages: Unexpected role \""
                  + role
                  + "\". Allowed roles are \"user\" or \"assistant\"");
    };
  }

  private static Stream<String> contents(JsonNode messages) {
    return IntStream.range(0, messages.size())
        .filter(i -> isEmpty(messages.path(i).path("content")))
        .filter(i -> i < messages.size() - 1 || !isAssistants(messages.path(i)))
        .mapToObj(
            i ->
                "messages."
                    + i
                    + ": all messages must have non-empty content except for the optional final"
                    + " assistant message");
  }

  private static boolean isEmpty(JsonNode content) {
    return content.isTextual() ? content.textValue().isEmpty() : content.isEmpty();
  }

  private static Stream<String> blanks(JsonNode body) {
    Stream<String> system = texts(body.path("system")).flatMap(text -> blank("system", text));
    Stream<String> messages =
        body.path("messages")
            .valueStream()
            .flatMap(message -> texts(message.path("content")))
            .flatMap(text -> blank("messages", text));
    return Stream.concat(system, messages);
  }

  private static Stream<String> blank(String where, String text) {
    if (text.isEmpty()) {
      return Stream.of(where + ": text content blocks must be non-empty");
    }
    return text.isBlank()
        ? Stream.of(where + ": text content blocks must contain non-whitespace text")
        : Stream.empty();
  }

  /** An empty string as a whole content is not a text; see {@link #contents}. */
  private static Stream<String> texts(JsonNode content) {
    if (content.isTextual()) {
      return Stream.of(content.textValue()).filter(text -> !text.isEmpty());
    }
    return content
        .valueStream()
        .filter(block -> block.path("type").asText().equals("text"))
        .map(block -> block.path("text").asText());
  }

  private static Stream<String> ending(JsonNode messages) {
    JsonNode last = messages.path(messages.size() - 1);
    JsonNode content = last.path("content");
    JsonNode block = content.path(content.size() - 1);
    String text = content.isTextual() ? content.textValue() : block.path("text").asText();
    return isAssistants(last) && !text.equals(text.stripTrailing())
        ? Stream.of("messages: final assistant content cannot end with trailing whitespace")
        : Stream.empty();
  }

  private static Stream<String> cacheMarks(JsonNode body) {
    long marks =
        Stream.of(
                body.path("tools").valueStream(),
                body.path("system").valueStream(),
                Placed.in(body).stream().flatMap(Placed::withNested).map(Placed::block))
            .flatMap(Function.identity())
            .filter(block -> block.hasNonNull("cache_control"))
            .count();
    return marks > MARKS
        ? Stream.of(
            "A maximum of "
                + MARKS
                + " blocks with cache_control may be provided. Found "
                + marks
                + ".")
        : Stream.empty();
  }

  private static boolean isAssistants(JsonNode message) {
    return message.path("role").asText().equals("assistant");
  }
}

package com.clawdforge.acpx.offline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What Anthropic's API refuses in a request of the Messages API, in its words where they are known.
 * Like the API it names one fault, even if there are more.
 *
 * <p>It knows no models: which of them take {@code system} messages, thinking or a last message of
 * the assistant is not looked at. Nor are limits of size.
 */
final class StrictRules {
  private final Signatures signatures;

  /**
   * @param signatures those of the thinking that a request may send back
   */
  StrictRules(Signatures signatures) {
    this.signatures = signatures;
  }

  /**
   * The API's message if it refuses the request.
   *
   * @param bytes the body as it came
   * @param body the same as JSON
   */
  Optional<String> objection(byte[] bytes, JsonNode body) {
    return Stream.of(
            StrictJson.objections(bytes),
            StrictConversation.objections(body),
            StrictTools.objections(body),
            StrictThinking.objections(body, signatures),
            StrictMedia.objections(body))
        .flatMap(Function.identity())
        .findFirst();
  }
}

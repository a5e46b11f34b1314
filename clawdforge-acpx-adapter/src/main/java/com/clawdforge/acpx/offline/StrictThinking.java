package com.clawdforge.acpx.offline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/** The thinking that a request sends back. */
final class StrictThinking {
  private StrictThinking() {}

  static Stream<String> objections(JsonNode body, Signatures signatures) {
    Stream<String> unsigned =
        Placed.in(body).stream()
            .filter(block -> block.is("thinking"))
            .flatMap(block -> signature(block, signatures));
    return Stream.concat(ending(body.path("messages")), unsigned);
  }

  private static Stream<String> signature(Placed block, Signatures signatures) {
    if (!block.block().hasNonNull("signature")) {
      return Stream.of(block.path() + ".thinking.signature: Field required");
    }
    return signatures.gave(block.text("signature"))
        ? Stream.empty()
        : Stream.of(block.path() + ": Invalid `signature` in `thinking` block");
  }

  /** Looks at the assistant's last message, also if the user has spoken since. */
  private static Stream<String> ending(JsonNode messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.path(i).path("role").asText().equals("assistant")) {
        List<Placed> blocks = Placed.inMessage(messages.path(i), "messages." + i);
        return blocks.stream()
            .skip(Math.max(0, blocks.size() - 1))
            .filter(block -> block.is("thinking") || block.is("redacted_thinking"))
            .map(
                block ->
                    block.message()
                        + ": The final block in an assistant message cannot be `"
                        + block.text("type")
                        + "`.");
      }
    }
    return Stream.empty();
  }
}

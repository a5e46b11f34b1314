package com.clawdforge.acpx.offline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The strict rules for thinking that is sent back. */
class StrictThinkingTest {
  private final Signatures signatures = new Signatures();

  @Test
  void thinking_with_a_signature_of_this_model_is_taken() throws Exception {
    String signature = signatures.give();

    assertEquals("", answered(thinking(signature) + "," + text("four"), true));
    assertEquals("", answered(thinking(signature) + "," + text("four"), false));
  }

  @Test
  void thinking_with_another_signature_is_refused() throws Exception {
    String signature = new Signatures().give();

    assertEquals(
        "messages.1.content.0: Invalid `signature` in `thinking` block",
        answered(thinking(signature) + "," + text("four"), true));
  }

  @Test
  void thinking_without_a_signature_is_refused() throws Exception {
    assertEquals(
        "messages.1.content.1.thinking.signature: Field required",
        answered(
            text("hm") + ", {\"type\": \"thinking\", \"thinking\": \"2 and 2\"}," + text("four"),
            true));
  }

  @Test
  void the_assistants_last_message_does_not_end_with_thinking() throws Exception {
    String refused = "messages.1: The final block in an assistant message cannot be `%s`.";
    String thinking = text("hm") + "," + thinking(signatures.give());

    assertEquals(refused.formatted("thinking"), answered(thinking, true));
    assertEquals(refused.formatted("thinking"), answered(thinking, false));
    assertEquals(
        refused.formatted("redacted_thinking"),
        answered("{\"type\": \"redacted_thinking\", \"data\": \"x\"}", true));
  }

  /**
   * @param goesOn whether the user has spoken since
   */
  private String answered(String blocks, boolean goesOn) throws Exception {
    String user = "{\"role\": \"user\", \"content\": \"2+2?\"}";
    return Objections.to(
        Objections.withMessages(
            "["
                + user
                + ", {\"role\": \"assistant\", \"content\": ["
                + blocks
                + "]}"
                + (goesOn ? "," + user : "")
                + "]"),
        signatures);
  }

  private static String thinking(String signature) {
    return "{\"type\": \"thinking\", \"thinking\": \"2 and 2\", \"signature\": \""
        + signature
        + "\"}";
  }

  private static String text(String text) {
    return "{\"type\": \"text\", \"text\": \"" + text + "\"}";
  }
}

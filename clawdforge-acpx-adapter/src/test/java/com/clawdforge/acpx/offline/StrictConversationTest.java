package com.clawdforge.acpx.offline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The strict rules for a request as a whole. */
class StrictConversationTest {
  private static final String USER = "{\"role\": \"user\", \"content\": \"hello\"}";
  private static final String HELLO = "[" + USER + "]";

  @Test
  void a_good_conversation_is_taken() throws Exception {
    assertEquals(
        "",
        Objections.to(
            """
            {"max_tokens": 1, "system": [{"type": "text", "text": "Be brief."}],
             "tools": [{"name": "Bash", "input_schema": {}}],
             "messages": [
               {"role": "user", "content": "hello"},
               {"role": "assistant", "content": [{"type": "text", "text": "hi \\n"}]},
               {"role": "user", "content": [
                 {"type": "text", "text": "once more", "cache_control": {"type": "ephemeral"}}]}]}
            """));
  }

  @Test
  void a_limit_of_tokens_is_needed_and_at_least_one() throws Exception {
    String messages = ", \"messages\": " + HELLO + "}";

    assertEquals("max_tokens: Field required", Objections.to("{\"model\": \"opus\"" + messages));
    assertEquals("max_tokens: Field required", Objections.to("{\"max_tokens\": null" + messages));
    assertEquals(
        "max_tokens: must be greater than or equal to 1",
        Objections.to("{\"max_tokens\": 0" + messages));
    assertEquals(
        "max_tokens: Input should be a valid integer",
        Objections.to("{\"max_tokens\": \"9\"" + messages));
  }

  @Test
  void messages_are_needed() throws Exception {
    assertEquals("messages: Field required", Objections.to("{\"max_tokens\": 1}"));
    assertEquals("messages: Input should be a valid list", Objections.toMessages("\"hello\""));
    assertEquals("messages: at least one message is required", Objections.toMessages("[]"));
  }

  @Test
  void the_first_message_is_the_users() throws Exception {
    assertEquals(
        "messages: first message must use the \"user\" role",
        Objections.toMessages("[{\"role\": \"assistant\", \"content\": \"hi\"}, " + USER + "]"));
  }

  @Test
  void a_message_of_the_system_is_taken_unless_it_is_the_first() throws Exception {
    String system = "{\"role\": \"system\", \"content\": \"Be brief.\"}";

    assertEquals("", Objections.toMessages("[" + USER + "," + system + "]"));
    assertEquals(
        "messages: Unexpected role \"system\". The Messages API accepts a top-level `system`"
            + " parameter, not \"system\" as an input message role.",
        Objections.toMessages("[" + system + "," + USER + "]"));
  }

  @Test
  void other_roles_are_refused() throws Exception {
    assertEquals(
        "messages: Unexpected role \"tool\". Allowed roles are \"user\" or \"assistant\"",
        Objections.toMessages("[" + USER + ", {\"role\": \"tool\", \"content\": \"x\"}]"));
    assertEquals(
        "messages: Unexpected role \"\". Allowed roles are \"user\" or \"assistant\"",
        Objections.toMessages("[{\"content\": \"x\"}]"));
  }

  @Test
  void a_message_has_content_unless_it_is_the_assistants_last() throws Exception {
    String refused =
        "messages.%d: all messages must have non-empty content except for the optional final"
            + " assistant message";
    String none = "{\"role\": \"assistant\", \"content\": []}";

    assertEquals("", Objections.toMessages("[" + USER + "," + none + "]"));
    assertEquals(
        refused.formatted(1), Objections.toMessages("[" + USER + "," + none + "," + USER + "]"));
    assertEquals(
        refused.formatted(0), Objections.toMessages("[{\"role\": \"user\", \"content\": \"\"}]"));
    assertEquals(refused.formatted(0), Objections.toMessages("[{\"role\": \"user\"}]"));
  }

  @Test
  void a_text_has_more_than_white_space() throws Exception {
    assertEquals(
        "messages: text content blocks must be non-empty",
        Objections.toBlocks("{\"type\": \"text\", \"text\": \"\"}"));
    assertEquals(
        "messages: text content blocks must contain non-whitespace text",
        Objections.toBlocks("{\"type\": \"text\", \"text\": \" \\n\"}"));
    assertEquals(
        "messages: text content blocks must contain non-whitespace text",
        Objections.toMessages("[{\"role\": \"user\", \"content\": \" \"}]"));
    assertEquals(
        "system: text content blocks must be non-empty",
        Objections.to(
            "{\"max_tokens\": 1, \"system\": [{\"type\": \"text\", \"text\": \"\"}], \"messages\": "
                + HELLO
                + "}"));
  }

  @Test
  void a_last_message_of_the_assistant_does_not_end_with_white_space() throws Exception {
    String refused = "messages: final assistant content cannot end with trailing whitespace";
    String blocks = "[{\"type\": \"text\", \"text\": \"The answer is \"}]";

    assertEquals(refused, Objections.toMessages(answered("\"The answer is \"") + "]"));
    assertEquals(refused, Objections.toMessages(answered(blocks) + "]"));
    assertEquals("", Objections.toMessages(answered("\"The answer is\"") + "]"));
    assertEquals("", Objections.toMessages(answered(blocks) + "," + USER + "]"));
  }

  private static String answered(String content) {
    return "[" + USER + ", {\"role\": \"assistant\", \"content\": " + content + "}";
  }

  @Test
  void the_cache_has_at_most_four_marks() throws Exception {
    String mark = "\"cache_control\": {\"type\": \"ephemeral\"}";
    String body =
        """
        {"max_tokens": 1,
         "tools": [{"name": "Bash", "input_schema": {}, %1$s}],
         "system": [{"type": "text", "text": "Be brief.", %1$s}],
         "messages": [
           {"role": "user", "content": [{"type": "text", "text": "list", %1$s}]},
           {"role": "assistant", "content": [
             {"type": "tool_use", "id": "t", "name": "Bash", "input": {}}]},
           {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", %1$s,
             "content": [{"type": "text", "text": "a.txt", %2$s}]}]}]}
        """;

    assertEquals("", Objections.to(body.formatted(mark, "\"cache_control\": null")));
    assertEquals(
        "A maximum of 4 blocks with cache_control may be provided. Found 5.",
        Objections.to(body.formatted(mark, mark)));
  }
}

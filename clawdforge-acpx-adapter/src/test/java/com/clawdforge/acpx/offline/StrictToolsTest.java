package com.clawdforge.acpx.offline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The strict rules for tools, their calls and their results. */
class StrictToolsTest {
  private static final String USER = "{\"role\": \"user\", \"content\": \"list\"}";

  @Test
  void a_tools_name_has_up_to_128_letters_digits_underscores_and_dashes() throws Exception {
    assertEquals("", offering("Bash", "mcp__a-b__c", "x".repeat(128)));
    for (String name : List.of("a.b", "a b", "", "ä", "x".repeat(129))) {
      assertEquals(
          "tools.1.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
          offering("Bash", name));
    }
  }

  @Test
  void a_tool_of_the_provider_is_known_by_its_type() throws Exception {
    assertEquals("", withTools("{\"type\": \"mcp_toolset\", \"mcp_server_name\": \"a\"}"));
  }

  @Test
  void a_tools_name_is_its_own() throws Exception {
    assertEquals("tools: Tool names must be unique.", offering("Bash", "Read", "Bash"));
  }

  @Test
  void calls_with_their_results_are_taken() throws Exception {
    assertEquals(
        "",
        conversation(
            USER, assistant(call("a"), call("b")), user(result("b"), result("a"), text("so?"))));
  }

  @Test
  void messages_of_one_role_in_a_row_count_as_one() throws Exception {
    assertEquals(
        "",
        conversation(
            USER,
            assistant(call("a")),
            assistant(call("b")),
            user(result("a")),
            user(result("b"))));
  }

  @Test
  void a_note_of_the_system_does_not_part_a_call_from_its_result() throws Exception {
    String note = "{\"role\": \"system\", \"content\": \"Be brief.\"}";

    assertEquals("", conversation(USER, assistant(call("a")), note, user(result("a"))));
  }

  @Test
  void a_result_without_a_call_in_the_message_before_is_refused() throws Exception {
    String refused =
        ": unexpected `tool_use_id` found in `tool_result` blocks: a. Each `tool_result` block must"
            + " have a corresponding `tool_use` block in the previous message.";

    assertEquals("messages.0.content.1" + refused, conversation(user(text("so?"), result("a"))));
    assertEquals(
        "messages.4.content.0" + refused,
        conversation(
            USER,
            assistant(call("a")),
            user(result("a")),
            assistant(text("done")),
            user(result("a"))));
  }

  @Test
  void calls_without_results_in_the_next_message_are_refused() throws Exception {
    String refused =
        "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: %s."
            + " Each `tool_use` block must have a corresponding `tool_result` block in the next"
            + " message.";

    assertEquals(
        refused.formatted("a, c"),
        conversation(USER, assistant(call("a"), call("b"), call("c")), user(result("b"))));
    assertEquals(refused.formatted("a"), conversation(USER, assistant(call("a"))));
    assertEquals(refused.formatted("a"), conversation(USER, assistant(call("a")), USER));
  }

  @Test
  void a_call_has_one_result() throws Exception {
    assertEquals(
        "messages.2.content.1: each tool_use must have a single result. Found multiple"
            + " `tool_result` blocks with id: a",
        conversation(USER, assistant(call("a")), user(result("a"), result("a"))));
  }

  @Test
  void a_calls_id_is_its_own() throws Exception {
    assertEquals(
        "messages.3.content.0: `tool_use` ids must be unique",
        conversation(
            USER,
            assistant(call("a")),
            user(result("a")),
            assistant(call("a")),
            user(result("a"))));
  }

  private static String offering(String... names) throws Exception {
    return withTools(
        Arrays.stream(names)
            .map(name -> "{\"name\": \"" + name + "\", \"input_schema\": {}}")
            .collect(Collectors.joining(",")));
  }

  private static String withTools(String tools) throws Exception {
    return Objections.to(
        "{\"max_tokens\": 1, \"tools\": [" + tools + "], \"messages\": [" + USER + "]}");
  }

  private static String conversation(String... messages) throws Exception {
    return Objections.toMessages("[" + String.join(",", messages) + "]");
  }

  private static String user(String... blocks) {
    return "{\"role\": \"user\", \"content\": [" + String.join(",", blocks) + "]}";
  }

  private static String assistant(String... blocks) {
    return "{\"role\": \"assistant\", \"content\": [" + String.join(",", blocks) + "]}";
  }

  private static String text(String text) {
    return "{\"type\": \"text\", \"text\": \"" + text + "\"}";
  }

  private static String call(String id) {
    return "{\"type\": \"tool_use\", \"id\": \"" + id + "\", \"name\": \"Bash\", \"input\": {}}";
  }

  private static String result(String id) {
    return "{\"type\": \"tool_result\", \"tool_use_id\": \"" + id + "\", \"content\": \"\"}";
  }
}

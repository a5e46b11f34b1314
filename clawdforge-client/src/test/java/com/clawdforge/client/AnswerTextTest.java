package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AnswerTextTest {
  private static final String REMARK = "0f7c2f5e-55a1-4c0e-8a53-6b1b6f1f0a11";
  private static final String TOOL = "{\"sessionUpdate\":\"tool_call\",\"toolCallId\":\"t\"}";

  @Test
  void pieces_of_a_message_are_joined_and_messages_set_apart() throws Exception {
    assertEquals(
        "Hello there\n\nBye",
        text(chunk("msg_1", "Hello "), chunk("msg_1", "there"), TOOL, chunk("msg_2", "Bye")));
  }

  @Test
  void what_is_said_without_ids_is_one_message() throws Exception {
    assertEquals("Hello there", text(chunk(null, "Hello "), TOOL, chunk(null, "there")));
  }

  @Test
  void what_comes_again_is_told_once() throws Exception {
    assertEquals(
        "WHOLE",
        text(
            chunk("msg_1", "doing it"),
            retry(),
            chunk(REMARK, "API Error: Overloaded"),
            chunk("msg_2", "WHOLE")));
    assertEquals("first", text(chunk("msg_1", "first"), TOOL, chunk("msg_2", "half"), retry()));
  }

  @Test
  void what_was_said_before_a_tool_is_whole() throws Exception {
    assertEquals("a\n\nb", text(chunk("msg_1", "a"), TOOL, retry(), chunk("msg_2", "b")));
  }

  @Test
  void remarks_without_an_id_are_left_out_beside_messages_with_one() throws Exception {
    assertEquals("said", text(chunk(null, "stream disconnected"), chunk("msg_1", "said")));
  }

  @Test
  void if_all_ids_look_like_remarks_they_are_the_answer() throws Exception {
    assertEquals("said", text(chunk(REMARK, "sa"), chunk(REMARK, "id")));
  }

  @Test
  void nothing_said_is_an_empty_text() throws Exception {
    assertEquals("", text());
    assertEquals("", text(TOOL));
  }

  private static String chunk(@Nullable String messageId, String text) {
    ObjectNode update = Json.MAPPER.createObjectNode();
    update.put("sessionUpdate", "agent_message_chunk");
    if (messageId != null) {
      update.put("messageId", messageId);
    }
    update.putObject("content").put("type", "text").put("text", text);
    return update.toString();
  }

  // Null in the place of an update.
  private static String retry() {
    return "null";
  }

  private static TurnInfo unasked(int turn) {
    throw new AssertionError("the text of turn " + turn + " is in its events");
  }

  private static String text(String... updates) throws Exception {
    List<String> messages =
        Arrays.stream(updates)
            .map(
                update ->
                    update.equals(retry())
                        ? "{\"method\":\"_claude/sdkMessage\",\"params\":{\"message\":"
                            + "{\"type\":\"system\",\"subtype\":\"api_retry\"}}}"
                        : "{\"method\":\"session/update\",\"params\":{\"update\":" + update + "}}")
            .toList();
    String answer = "{\"turn_index\":1,\"duration_ms\":1,\"events\":" + messages + "}";
    ObjectNode body = (ObjectNode) Json.MAPPER.readTree(answer);
    return TurnResult.of(body, Json.list(body, "events", TurnEvent::of), AnswerTextTest::unasked)
        .text();
  }
}

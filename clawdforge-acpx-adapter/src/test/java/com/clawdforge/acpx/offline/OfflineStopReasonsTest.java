package com.clawdforge.acpx.offline;

import static com.clawdforge.acpx.offline.TestedModel.events;
import static com.clawdforge.acpx.offline.TestedModel.types;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply.Block;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages that end for other reasons, and messages without content. */
@Timeout(30)
class OfflineStopReasonsTest {
  @Test
  void an_empty_message_has_no_block_and_the_scripts_stop_reason() throws Exception {
    for (String reason : List.of("end_turn", "pause_turn", "refusal", "max_tokens")) {
      try (TestedModel model = new TestedModel(ModelReply.empty(reason))) {
        List<JsonNode> events = model.streamed();
        JsonNode whole = model.whole();

        assertEquals(List.of("message_start", "message_delta", "message_stop"), types(events));
        assertEquals(reason, events.get(1).at("/delta/stop_reason").asText());
        assertTrue(whole.path("content").isArray());
        assertEquals(0, whole.path("content").size());
        assertEquals(reason, whole.path("stop_reason").asText());
      }
    }
  }

  @Test
  void an_empty_text_is_a_block_with_an_empty_text() throws Exception {
    try (TestedModel model = new TestedModel(ModelReply.message("pause_turn", text("")))) {
      List<JsonNode> events = model.streamed();
      JsonNode whole = model.whole();

      assertEquals("text", events.get(1).at("/content_block/type").asText());
      assertEquals("", TestedModel.text(events));
      assertEquals("content_block_stop", types(events).get(3));
      assertEquals("", whole.at("/content/0/text").textValue());
      assertEquals(1, whole.path("content").size());
      assertEquals("pause_turn", whole.path("stop_reason").asText());
    }
  }

  @Test
  void a_stop_reason_of_choice_holds_for_a_call_of_a_tool_too() throws Exception {
    JsonNode input = JsonNodeFactory.instance.objectNode();
    ModelReply reply = ModelReply.message("max_tokens", new Block.ToolUse("Bash", input));
    try (TestedModel model = new TestedModel(reply)) {
      assertEquals("max_tokens", model.whole().path("stop_reason").asText());
    }
  }

  @Test
  void a_refusal_has_what_was_said_so_far_and_its_details() throws Exception {
    try (TestedModel model = new TestedModel(ModelReply.refusal("I was about to"))) {
      JsonNode end = model.streamed().get(4);
      JsonNode whole = model.whole();

      assertEquals("refusal", end.at("/delta/stop_reason").asText());
      assertEquals("refusal", end.at("/delta/stop_details/type").asText());
      assertEquals("I was about to", whole.at("/content/0/text").asText());
      assertEquals("refusal", whole.path("stop_reason").asText());
      assertEquals("refusal", whole.at("/stop_details/type").asText());
    }
  }

  @Test
  void a_refusal_without_a_text_has_no_block() throws Exception {
    try (TestedModel model = new TestedModel(ModelReply.refusal(""))) {
      assertEquals(0, model.whole().path("content").size());
      assertEquals("refusal", model.whole().path("stop_reason").asText());
    }
  }

  @Test
  void an_empty_message_is_a_completed_response_without_output() throws Exception {
    try (TestedModel model = new TestedModel(ModelReply.empty("end_turn"))) {
      List<JsonNode> events = events(model.askResponses(true).body());

      assertEquals(List.of("response.created", "response.completed"), types(events));
      assertEquals(0, events.getLast().at("/response/output").size());
    }
  }

  private static Block text(String text) {
    return new Block.Text(text);
  }
}

package com.clawdforge.acpx.offline;

import static com.clawdforge.acpx.offline.TestedModel.events;
import static com.clawdforge.acpx.offline.TestedModel.types;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.clawdforge.acpx.offline.ModelReply.Block;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blocks other than texts and good calls, in both forms and both APIs. */
@Timeout(30)
class OfflineBlocksTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void a_streamed_thought_ends_with_its_signature() throws Exception {
    try (TestedModel model = new TestedModel(thought())) {
      List<JsonNode> events = model.streamed();

      assertEquals(
          List.of(
              "message_start",
              "content_block_start",
              "content_block_delta",
              "content_block_delta",
              "content_block_stop",
              "content_block_start",
              "content_block_delta",
              "content_block_stop",
              "message_delta",
              "message_stop"),
          types(events));
      assertEquals(
          JSON.readTree("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
          events.get(1).path("content_block"));
      assertEquals("thinking_delta", events.get(2).at("/delta/type").asText());
      assertEquals("2 and 2", events.get(2).at("/delta/thinking").asText());
      assertEquals("signature_delta", events.get(3).at("/delta/type").asText());
      assertFalse(events.get(3).at("/delta/signature").asText().isEmpty());
      assertEquals("four", events.get(6).at("/delta/text").asText());
      assertEquals("end_turn", events.get(8).at("/delta/stop_reason").asText());
    }
  }

  @Test
  void a_whole_thought_has_its_text_and_each_time_another_signature() throws Exception {
    try (TestedModel model = new TestedModel(thought())) {
      JsonNode one = model.whole().at("/content/0");
      JsonNode two = model.whole().at("/content/0");

      assertEquals("thinking", one.path("type").asText());
      assertEquals("2 and 2", one.path("thinking").asText());
      assertNotEquals(one.path("signature").asText(), two.path("signature").asText());
    }
  }

  @Test
  void a_thought_counts_as_output() throws Exception {
    ModelReply reply = ModelReply.message(new Block.Thinking("x".repeat(400)));
    try (TestedModel model = new TestedModel(reply)) {
      assertEquals(100, model.whole().at("/usage/output_tokens").asInt());
    }
  }

  @Test
  void a_thought_is_the_summary_of_a_reasoning_item_of_the_responses_api() throws Exception {
    try (TestedModel model = new TestedModel(thought())) {
      List<JsonNode> events = events(model.askResponses(true).body());

      assertEquals(
          List.of(
              "response.created",
              "response.output_item.added",
              "response.reasoning_summary_part.added",
              "response.reasoning_summary_text.delta",
              "response.output_item.done"),
          types(events).subList(0, 5));
      assertEquals("reasoning", events.get(1).at("/item/type").asText());
      assertEquals(0, events.get(1).at("/item/summary").size());
      assertEquals("2 and 2", events.get(3).path("delta").asText());
      assertEquals(events.get(1).at("/item/id"), events.get(3).path("item_id"));
      assertEquals("2 and 2", events.get(4).at("/item/summary/0/text").asText());
      assertEquals("four", events.getLast().at("/response/output/1/content/0/text").asText());
    }
  }

  @Test
  void a_broken_input_is_streamed_as_it_is_and_its_block_is_closed() throws Exception {
    try (TestedModel model = new TestedModel(brokenCall())) {
      List<JsonNode> events = model.streamed();

      assertEquals("tool_use", events.get(1).at("/content_block/type").asText());
      assertEquals("Bash", events.get(1).at("/content_block/name").asText());
      assertEquals("input_json_delta", events.get(2).at("/delta/type").asText());
      assertEquals("{\"command\": \"ls", events.get(2).at("/delta/partial_json").asText());
      assertEquals("content_block_stop", types(events).get(3));
      assertEquals("tool_use", events.get(4).at("/delta/stop_reason").asText());
    }
  }

  @Test
  void a_broken_input_is_empty_in_a_whole_message() throws Exception {
    try (TestedModel model = new TestedModel(brokenCall())) {
      JsonNode whole = model.whole();

      assertEquals(JSON.createObjectNode(), whole.at("/content/0/input"));
      assertEquals("tool_use", whole.path("stop_reason").asText());
    }
  }

  @Test
  void broken_arguments_of_the_responses_api_are_as_they_are_in_both_forms() throws Exception {
    try (TestedModel model = new TestedModel(brokenCall())) {
      List<JsonNode> events = events(model.askResponses(true).body());
      JsonNode whole = JSON.readTree(model.askResponses(false).body());

      assertEquals("response.function_call_arguments.delta", types(events).get(2));
      assertEquals("{\"command\": \"ls", events.get(2).path("delta").asText());
      assertEquals("{\"command\": \"ls", events.get(3).at("/item/arguments").asText());
      assertEquals("{\"command\": \"ls", whole.at("/output/0/arguments").asText());
    }
  }

  private static ModelReply brokenCall() {
    return ModelReply.message(new Block.BrokenToolUse("Bash", "{\"command\": \"ls"));
  }

  private static ModelReply thought() {
    return ModelReply.message(new Block.Thinking("2 and 2"), new Block.Text("four"));
  }
}

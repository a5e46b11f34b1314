package com.clawdforge.acpx.offline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The offline model as its clients of the Responses API see it. */
@Timeout(30)
class OfflineResponsesTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void a_request_without_stream_gets_the_whole_response() throws Exception {
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("four")))) {
      HttpResponse<String> answer = ask(model, false);

      JsonNode response = JSON.readTree(answer.body());
      assertEquals(200, answer.statusCode());
      assertEquals("response", response.path("object").asText());
      assertEquals("completed", response.path("status").asText());
      assertEquals("gpt", response.path("model").asText());
      assertEquals("assistant", response.at("/output/0/role").asText());
      assertEquals("output_text", response.at("/output/0/content/0/type").asText());
      assertEquals("four", response.at("/output/0/content/0/text").asText());
      assertEquals(
          model.requests().getFirst().size() / 4, response.at("/usage/input_tokens").asInt());
    }
  }

  @Test
  void a_streamed_text_comes_as_the_api_orders_its_events() throws Exception {
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("four")))) {
      HttpResponse<String> answer = ask(model, true);

      assertEquals("text/event-stream", answer.headers().firstValue("content-type").orElse(""));
      List<JsonNode> events = events(answer);
      assertEquals(
          List.of(
              "response.created",
              "response.output_item.added",
              "response.output_text.delta",
              "response.output_item.done",
              "response.completed"),
          types(events));
      assertEquals("in_progress", events.get(0).at("/response/status").asText());
      assertTrue(events.get(1).at("/item/content").isEmpty());
      assertEquals("four", events.get(2).path("delta").asText());
      assertEquals("four", events.get(3).at("/item/content/0/text").asText());
      assertEquals("four", events.get(4).at("/response/output/0/content/0/text").asText());
    }
  }

  @Test
  void the_events_of_a_stream_agree_on_the_ids() throws Exception {
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("four")))) {
      List<JsonNode> events = events(ask(model, true));

      String item = events.get(1).at("/item/id").asText();
      assertTrue(item.startsWith("msg_"), item);
      assertEquals(item, events.get(2).path("item_id").asText());
      assertEquals(item, events.get(3).at("/item/id").asText());
      assertEquals(item, events.get(4).at("/response/output/0/id").asText());
      assertEquals(
          events.get(0).at("/response/id").asText(), events.get(4).at("/response/id").asText());
    }
  }

  @Test
  void a_tool_use_is_a_function_call_with_its_arguments_as_a_string() throws Exception {
    ModelReply reply = ModelReply.toolUse("exec_command", Map.of("cmd", "ls"));
    try (OfflineModel model = OfflineModel.start(Script.always(reply))) {
      List<JsonNode> events = events(ask(model, true));

      assertEquals("", events.get(1).at("/item/arguments").asText());
      assertEquals("response.function_call_arguments.delta", types(events).get(2));
      assertEquals("{\"cmd\":\"ls\"}", events.get(2).path("delta").asText());
      JsonNode call = events.get(3).path("item");
      assertEquals("function_call", call.path("type").asText());
      assertEquals("exec_command", call.path("name").asText());
      assertEquals("{\"cmd\":\"ls\"}", call.path("arguments").asText());
      assertTrue(call.path("call_id").asText().startsWith("call_"), call::toString);
    }
  }

  @Test
  void a_tool_use_whose_input_is_a_text_is_a_custom_tool_call() throws Exception {
    ModelReply reply = ModelReply.toolUse("exec", TextNode.valueOf("text(1)"));
    try (OfflineModel model = OfflineModel.start(Script.always(reply))) {
      List<JsonNode> events = events(ask(model, true));

      assertEquals("response.custom_tool_call_input.delta", types(events).get(2));
      JsonNode call = events.get(3).path("item");
      assertEquals("custom_tool_call", call.path("type").asText());
      assertEquals("exec", call.path("name").asText());
      assertEquals("text(1)", call.path("input").asText());
    }
  }

  @Test
  void a_response_of_several_blocks_keeps_their_order() throws Exception {
    ModelReply reply =
        ModelReply.message(
            new ModelReply.Block.Text("let me see"),
            new ModelReply.Block.ToolUse("exec_command", JSON.createObjectNode().put("cmd", "ls")));
    try (OfflineModel model = OfflineModel.start(Script.always(reply))) {
      List<JsonNode> events = events(ask(model, true));

      assertEquals(0, events.get(1).path("output_index").asInt());
      assertEquals(1, events.get(4).path("output_index").asInt());
      JsonNode output = events.getLast().at("/response/output");
      assertEquals("message", output.at("/0/type").asText());
      assertEquals("function_call", output.at("/1/type").asText());
    }
  }

  @Test
  void usage_counts_what_was_read_from_the_cache_as_input() throws Exception {
    ModelReply reply = ModelReply.text("ok", "end_turn", new Usage(11, 22, 33, 44));
    try (OfflineModel model = OfflineModel.start(Script.always(reply))) {
      JsonNode usage = events(ask(model, true)).getLast().at("/response/usage");

      assertEquals(88, usage.path("input_tokens").asInt());
      assertEquals(33, usage.at("/input_tokens_details/cached_tokens").asInt());
      assertEquals(22, usage.path("output_tokens").asInt());
      assertEquals(110, usage.path("total_tokens").asInt());
    }
  }

  @Test
  void a_text_that_hits_the_token_limit_is_incomplete() throws Exception {
    ModelReply reply = ModelReply.text("cut", "max_tokens", new Usage(1, 2, 0, 0));
    try (OfflineModel model = OfflineModel.start(Script.always(reply))) {
      JsonNode end = events(ask(model, true)).getLast();

      assertEquals("response.incomplete", end.path("type").asText());
      assertEquals("incomplete", end.at("/response/status").asText());
      assertEquals("max_output_tokens", end.at("/response/incomplete_details/reason").asText());
    }
  }

  @Test
  void every_item_has_an_id_of_its_own() throws Exception {
    ModelReply reply = ModelReply.toolUse("exec_command", Map.of());
    try (OfflineModel model = OfflineModel.start(Script.always(reply))) {
      Set<String> ids = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        JsonNode response = JSON.readTree(ask(model, false).body());
        ids.add(response.path("id").asText());
        ids.add(response.at("/output/0/id").asText());
        ids.add(response.at("/output/0/call_id").asText());
      }

      assertEquals(9, ids.size());
    }
  }

  @Test
  void an_error_has_the_apis_shape_and_the_scripts_headers() throws Exception {
    for (int status : List.of(401, 429, 500)) {
      ModelReply reply =
          ModelReply.error(status, "some_code", "no luck", Map.of("retry-after", "3"));
      try (OfflineModel model = OfflineModel.start(Script.always(reply))) {
        HttpResponse<String> answer = ask(model, true);

        assertEquals(status, answer.statusCode());
        assertEquals("3", answer.headers().firstValue("retry-after").orElse(""));
        JsonNode body = JSON.readTree(answer.body());
        assertEquals(Set.of("error"), names(body));
        assertEquals("no luck", body.at("/error/message").asText());
        assertEquals("some_code", body.at("/error/code").asText());
      }
    }
  }

  @Test
  void a_body_that_is_no_json_object_is_refused_in_the_apis_shape() throws Exception {
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("ok")))) {
      HttpResponse<String> answer = post(model, "[]");

      assertEquals(400, answer.statusCode());
      assertEquals(Set.of("error"), names(JSON.readTree(answer.body())));
      assertEquals(List.of(), model.requests());
    }
  }

  @Test
  void a_cut_ends_the_connection_in_the_middle_of_a_stream() {
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.cutAfter("half")))) {
      assertThrows(IOException.class, () -> ask(model, true));
    }
  }

  @Test
  void a_request_has_instructions_tools_and_the_users_latest_texts() throws Exception {
    String body =
        """
        {"model": "gpt", "stream": true, "instructions": "You are Codex.",
         "tools": [{"type": "function", "name": "plain"}],
         "input": [
           {"type": "additional_tools", "role": "developer", "tools": [
             {"type": "namespace", "name": "functions", "tools": [
               {"type": "custom", "name": "exec"}, {"type": "function", "name": "wait"}]}]},
           {"type": "message", "role": "developer",
            "content": [{"type": "input_text", "text": "Be brief."}]},
           {"type": "message", "role": "user",
            "content": [{"type": "input_text", "text": "earlier"}]},
           {"type": "message", "role": "assistant",
            "content": [{"type": "output_text", "text": "yes"}]},
           {"type": "message", "role": "user",
            "content": [{"type": "input_text", "text": "<environment_context>x"}]},
           {"type": "message", "role": "user", "content": [
             {"type": "input_text", "text": "one"}, {"type": "input_text", "text": "two"},
             {"type": "input_image", "image_url": "data:"}]}]}
        """;
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("ok")))) {
      post(model, body);

      ModelRequest request = model.requests().getFirst();
      assertEquals("gpt", request.model());
      assertTrue(request.streamed());
      assertEquals("You are Codex.\nBe brief.", request.systemText());
      assertEquals(List.of("plain", "exec", "wait"), request.toolNames());
      assertEquals("one\ntwo", request.lastUserText());
      assertEquals(3, request.userBlocks().size());
      assertEquals("Bearer dummy", request.header("authorization").orElse(""));
      assertFalse(request.toString().contains("dummy"));
    }
  }

  @Test
  void a_request_with_a_tools_output_shows_it_and_no_text_of_the_user() throws Exception {
    String body =
        """
        {"model": "gpt", "input": [
           {"type": "message", "role": "user",
            "content": [{"type": "input_text", "text": "list"}]},
           {"type": "function_call", "call_id": "c", "name": "exec_command", "arguments": "{}"},
           {"type": "function_call_output", "call_id": "c", "output": "a.txt"}]}
        """;
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("ok")))) {
      post(model, body);

      ModelRequest request = model.requests().getFirst();
      assertEquals("", request.lastUserText());
      assertEquals(1, request.userBlocks().size());
      assertEquals("a.txt", request.userBlocks().getFirst().path("output").asText());
    }
  }

  @Test
  void input_that_is_a_plain_text_is_what_the_user_says() throws Exception {
    try (OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("ok")))) {
      post(model, "{\"model\": \"gpt\", \"input\": \"hello\"}");

      assertEquals("hello", model.requests().getFirst().lastUserText());
    }
  }

  @Test
  void a_request_for_a_title_gets_one_and_takes_no_reply_from_the_script() throws Exception {
    String titleRequest =
        """
        {"model": "gpt-small", "stream": true, "input": [],
         "text": {"format": {"type": "json_schema", "schema": {
           "type": "object", "properties": {"title": {"type": "string"}}}}}}
        """;
    Script script = Script.sequence(ModelReply.text("one"), ModelReply.text("two"));
    try (OfflineModel model = OfflineModel.start(script)) {
      String title = text(events(post(model, titleRequest)));

      assertFalse(JSON.readTree(title).path("title").asText().isBlank(), title);
      assertEquals("one", text(events(ask(model, true))));
      assertEquals(1, model.requests().size());
    }
  }

  private static HttpResponse<String> ask(OfflineModel model, boolean streamed)
      throws IOException, InterruptedException {
    JsonNode body =
        JSON.createObjectNode().put("model", "gpt").put("stream", streamed).put("input", "2+2?");
    return post(model, body.toString());
  }

  private static HttpResponse<String> post(OfflineModel model, String body)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(model.baseUrl().resolve("/v1/responses"))
              .header("authorization", "Bearer dummy")
              .timeout(Duration.ofSeconds(20))
              .POST(BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    }
  }

  private static List<JsonNode> events(HttpResponse<String> answer) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String event : answer.body().split("\n\n", -1)) {
      if (!event.isEmpty()) {
        String[] lines = event.split("\ndata: ", 2);
        JsonNode data = JSON.readTree(lines[1]);
        assertEquals("event: " + data.path("type").asText(), lines[0]);
        events.add(data);
      }
    }
    return events;
  }

  private static List<String> types(List<JsonNode> events) {
    return events.stream().map(event -> event.path("type").asText()).toList();
  }

  private static String text(List<JsonNode> events) {
    return events.stream()
        .filter(event -> event.path("type").asText().equals("response.output_text.delta"))
        .map(event -> event.path("delta").asText())
        .collect(Collectors.joining());
  }

  private static Set<String> names(JsonNode object) {
    return object.propertyStream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }
}

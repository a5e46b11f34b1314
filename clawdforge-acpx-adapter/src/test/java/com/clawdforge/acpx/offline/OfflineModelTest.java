package com.clawdforge.acpx.offline;

import static com.clawdforge.acpx.offline.TestedModel.assertError;
import static com.clawdforge.acpx.offline.TestedModel.events;
import static com.clawdforge.acpx.offline.TestedModel.text;
import static com.clawdforge.acpx.offline.TestedModel.types;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OfflineModelTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);

  @Test
  void a_request_without_stream_gets_the_whole_message() throws Exception {
    try (TestedModel model = new TestedModel(Script.always(ModelReply.text("four")))) {
      HttpResponse<String> response = model.ask("2+2?", false);

      JsonNode message = JSON.readTree(response.body());
      assertEquals(200, response.statusCode());
      assertEquals("message", message.path("type").asText());
      assertEquals("assistant", message.path("role").asText());
      assertEquals("opus", message.path("model").asText());
      assertEquals("four", message.at("/content/0/text").asText());
      assertEquals("end_turn", message.path("stop_reason").asText());
      assertTrue(message.path("stop_sequence").isNull());
      assertEquals(
          model.offline.requests().getFirst().size() / 4,
          message.at("/usage/input_tokens").asInt());
      assertEquals(1, message.at("/usage/output_tokens").asInt());
    }
  }

  @Test
  void a_streamed_text_comes_as_the_api_orders_its_events() throws Exception {
    try (TestedModel model = new TestedModel(Script.always(ModelReply.text("four")))) {
      HttpResponse<String> response = model.ask("2+2?", true);

      assertEquals("text/event-stream", response.headers().firstValue("content-type").orElse(""));
      List<JsonNode> events = events(response.body());
      assertEquals(
          List.of(
              "message_start",
              "content_block_start",
              "content_block_delta",
              "content_block_stop",
              "message_delta",
              "message_stop"),
          types(events));
      assertTrue(events.get(0).at("/message/stop_reason").isNull());
      assertTrue(events.get(0).at("/message/content").isEmpty());
      assertEquals("four", text(events));
      assertEquals("end_turn", events.get(4).at("/delta/stop_reason").asText());
      assertEquals(1, events.get(4).at("/usage/output_tokens").asInt());
    }
  }

  @Test
  void a_streamed_tool_use_carries_its_input_as_partial_json() throws Exception {
    ModelReply reply = ModelReply.toolUse("Bash", Map.of("command", "ls"));
    try (TestedModel model = new TestedModel(Script.always(reply))) {
      List<JsonNode> events = events(model.ask("list", true).body());

      assertEquals("tool_use", events.get(1).at("/content_block/type").asText());
      assertEquals("Bash", events.get(1).at("/content_block/name").asText());
      assertTrue(events.get(1).at("/content_block/input").isEmpty());
      assertEquals("input_json_delta", events.get(2).at("/delta/type").asText());
      assertEquals("{\"command\":\"ls\"}", events.get(2).at("/delta/partial_json").asText());
      assertEquals("tool_use", events.get(4).at("/delta/stop_reason").asText());
    }
  }

  @Test
  void a_message_of_several_blocks_keeps_their_order_in_both_forms() throws Exception {
    ModelReply reply =
        ModelReply.message(
            new ModelReply.Block.Text("let me see"),
            new ModelReply.Block.ToolUse("Bash", JSON.createObjectNode().put("command", "ls")));
    try (TestedModel model = new TestedModel(Script.always(reply))) {
      JsonNode whole = JSON.readTree(model.ask("list", false).body());
      List<JsonNode> events = events(model.ask("list", true).body());

      assertEquals("let me see", whole.at("/content/0/text").asText());
      assertEquals("ls", whole.at("/content/1/input/command").asText());
      assertEquals("tool_use", whole.path("stop_reason").asText());
      assertEquals(0, events.get(1).path("index").asInt());
      assertEquals(1, events.get(4).path("index").asInt());
    }
  }

  @Test
  void a_reply_with_its_own_stop_reason_and_usage_keeps_them() throws Exception {
    ModelReply reply = ModelReply.text("cut", "max_tokens", new Usage(11, 22, 33, 44));
    try (TestedModel model = new TestedModel(Script.always(reply))) {
      JsonNode end = events(model.ask("go", true).body()).get(4);

      assertEquals("max_tokens", end.at("/delta/stop_reason").asText());
      assertEquals(11, end.at("/usage/input_tokens").asInt());
      assertEquals(22, end.at("/usage/output_tokens").asInt());
      assertEquals(33, end.at("/usage/cache_read_input_tokens").asInt());
      assertEquals(44, end.at("/usage/cache_creation_input_tokens").asInt());
    }
  }

  @Test
  void every_message_and_tool_use_has_an_id_of_its_own() throws Exception {
    try (TestedModel model = new TestedModel(Script.always(ModelReply.toolUse("Bash", Map.of())))) {
      Set<String> ids = new HashSet<>();
      for (int i = 0; i < 3; i++) {
        JsonNode whole = JSON.readTree(model.ask("go", false).body());
        List<JsonNode> events = events(model.ask("go", true).body());
        ids.add(whole.path("id").asText());
        ids.add(whole.at("/content/0/id").asText());
        ids.add(events.get(0).at("/message/id").asText());
        ids.add(events.get(1).at("/content_block/id").asText());
      }

      assertEquals(12, ids.size());
      assertEquals(6, ids.stream().filter(id -> id.startsWith("msg_")).count());
      assertEquals(6, ids.stream().filter(id -> id.startsWith("toolu_")).count());
    }
  }

  @Test
  void an_answer_of_five_megabytes_arrives_unharmed_in_chunks() throws Exception {
    // An odd start puts the end of the first chunk into the middle of a surrogate pair.
    String large = "x" + "😀".repeat(1_250_000);
    try (TestedModel model = new TestedModel(Script.always(ModelReply.text(large)))) {
      List<JsonNode> events = events(model.ask("go", true).body());

      assertTrue(types(events).stream().filter("content_block_delta"::equals).count() > 30);
      assertEquals(large, text(events));
      assertEquals(
          large, JSON.readTree(model.ask("go", false).body()).at("/content/0/text").asText());
    }
  }

  @Test
  void a_slow_stream_pauses_before_each_chunk_but_the_first() throws Exception {
    ModelReply reply = ModelReply.streamedSlowly(List.of("a", "b", "c"), SHORT);
    try (TestedModel model = new TestedModel(reply)) {
      long start = System.nanoTime();
      assertEquals("abc", text(events(model.ask("go", true).body())));
      assertTrue(System.nanoTime() - start >= SHORT.multipliedBy(2).toNanos());
    }
  }

  @Test
  void a_slow_stream_shows_each_chunk_as_soon_as_it_is_sent() throws Exception {
    ModelReply reply = ModelReply.streamedSlowly(List.of("a", "b"), Duration.ofHours(1));
    CompletableFuture<String> seen = new CompletableFuture<>();
    try (TestedModel model = new TestedModel(reply)) {
      CompletableFuture<Void> read =
          model
              .http
              .sendAsync(model.request("go", true), BodyHandlers.ofLines())
              .thenAccept(
                  response ->
                      response
                          .body()
                          .filter(line -> line.contains("text_delta"))
                          .forEach(seen::complete));

      assertTrue(seen.get(20, TimeUnit.SECONDS).contains("\"a\""));
      assertFalse(read.isDone());
    }
  }

  @Test
  void a_delayed_reply_comes_after_its_delay() throws Exception {
    try (TestedModel model =
        new TestedModel(Script.always(ModelReply.delayed(SHORT, ModelReply.text("late"))))) {
      long start = System.nanoTime();
      String body = model.ask("go", true).body();

      assertTrue(System.nanoTime() - start >= SHORT.toNanos());
      assertEquals("late", text(events(body)));
    }
  }

  @Test
  void a_sequence_goes_on_with_its_last_reply() throws Exception {
    try (TestedModel model =
        new TestedModel(Script.sequence(ModelReply.text("one"), ModelReply.text("two")))) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        texts.add(text(events(model.ask("go", true).body())));
      }

      assertEquals(List.of("one", "two", "two"), texts);
    }
  }

  @Test
  void an_error_has_the_apis_shape_and_the_scripts_headers() throws Exception {
    ModelReply reply =
        ModelReply.error(429, "rate_limit_error", "slow down", Map.of("retry-after", "3"));
    try (TestedModel model = new TestedModel(Script.always(reply))) {
      HttpResponse<String> response = model.ask("go", true);

      assertEquals(429, response.statusCode());
      assertEquals("3", response.headers().firstValue("retry-after").orElse(""));
      assertError("rate_limit_error", "slow down", response);
    }
  }

  @Test
  void garbage_is_a_good_status_and_no_json() throws Exception {
    try (TestedModel model = new TestedModel(Script.always(ModelReply.garbage()))) {
      HttpResponse<String> response = model.ask("go", true);

      assertEquals(200, response.statusCode());
      assertThrows(IOException.class, () -> JSON.readTree(response.body()));
    }
  }

  @Test
  void a_cut_ends_the_connection_in_the_middle_of_either_form() throws Exception {
    try (TestedModel model = new TestedModel(Script.always(ModelReply.cutAfter("half")))) {
      assertThrows(IOException.class, () -> model.ask("go", true));
      assertThrows(IOException.class, () -> model.ask("go", false));
    }
  }

  @Test
  void a_stalled_stream_shows_its_beginning_and_ends_at_close() throws Exception {
    TestedModel model = new TestedModel(Script.always(ModelReply.stalledAfter("half")));
    CompletableFuture<String> seen = new CompletableFuture<>();
    CompletableFuture<Void> ended;
    try (model) {
      ended =
          model
              .http
              .sendAsync(model.request("go", true), BodyHandlers.ofLines())
              .thenAccept(
                  response ->
                      response
                          .body()
                          .filter(line -> line.contains("text_delta"))
                          .forEach(seen::complete));
      assertTrue(seen.get(20, TimeUnit.SECONDS).contains("half"));
      assertFalse(ended.isDone());
    }
    assertThrows(ExecutionException.class, () -> ended.get(20, TimeUnit.SECONDS));
  }

  @Test
  void close_ends_silent_and_delayed_requests_at_once() throws Exception {
    ModelReply delayed = ModelReply.delayed(Duration.ofHours(1), ModelReply.text("too late"));
    TestedModel model = new TestedModel(Script.sequence(ModelReply.silent(), delayed));
    List<CompletableFuture<?>> asked = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      asked.add(model.http.sendAsync(model.request("q" + i, i % 2 == 0), BodyHandlers.ofString()));
    }
    for (int i = 0; i < 6; i++) {
      String text = "q" + i;
      model.offline.awaitRequest(request -> request.lastUserText().equals(text), LONG);
    }
    long start = System.nanoTime();
    model.offline.close();

    assertTrue(System.nanoTime() - start < Duration.ofSeconds(2).toNanos());
    for (CompletableFuture<?> each : asked) {
      assertThrows(ExecutionException.class, () -> each.get(20, TimeUnit.SECONDS));
    }
    model.close();
  }

  @Test
  void requests_are_kept_in_order_with_all_that_they_said() throws Exception {
    String body =
        """
        {"model": "haiku",
         "system": [{"type": "text", "text": "billing"}, {"type": "text", "text": "Be brief."}],
         "tools": [{"name": "Bash"}, {"name": "Read"}],
         "messages": [
           {"role": "user", "content": "earlier"},
           {"role": "assistant", "content": "yes"},
           {"role": "user", "content": [
             {"type": "tool_result", "tool_use_id": "toolu_1", "content": "done"},
             {"type": "text", "text": "<system-reminder>today</system-reminder>"},
             {"type": "text", "text": "one"},
             {"type": "text", "text": "two"}]},
           {"role": "system", "content": "a note"}]}
        """;
    try (TestedModel model = new TestedModel(Script.always(ModelReply.text("ok")))) {
      model.ask("first", true);
      model.post("/v1/messages?beta=true", body);

      List<ModelRequest> requests = model.offline.requests();
      ModelRequest second = requests.get(1);
      assertEquals(2, requests.size());
      assertEquals("first", requests.get(0).lastUserText());
      assertEquals("first", requests.get(0).userBlocks().getFirst().path("text").asText());
      assertTrue(requests.get(0).streamed());
      assertFalse(second.streamed());
      assertEquals("haiku", second.model());
      assertEquals("billing\nBe brief.", second.systemText());
      assertEquals("one\ntwo", second.lastUserText());
      assertEquals(4, second.userBlocks().size());
      assertEquals("done", second.userBlocks().getFirst().path("content").asText());
      assertEquals(List.of("Bash", "Read"), second.toolNames());
      assertEquals("dummy", second.header("X-API-Key").orElse(""));
      assertFalse(second.toString().contains("dummy"));
    }
  }

  @Test
  void requests_that_claude_makes_by_itself_are_kept_and_answered_by_the_script() throws Exception {
    String schema =
        """
        {"format": {"type": "json_schema", "schema": {
          "type": "object", "properties": {"title": {"type": "string"}}}}}
        """;
    String title =
        """
        {"model": "haiku", "output_config": %1$s, "text": %1$s,
         "messages": [{"role": "user", "content": "You are naming a coding session."}]}
        """
            .formatted(schema);
    try (TestedModel model = new TestedModel(ModelReply.text("from the script"))) {
      assertTrue(model.post("/v1/messages", title).body().contains("from the script"));
      assertTrue(model.ask("[SUGGESTION MODE: what next?]", false).body().contains("the script"));

      assertEquals(
          List.of("You are naming a coding session.", "[SUGGESTION MODE: what next?]"),
          model.offline.requests().stream().map(ModelRequest::lastUserText).toList());
    }
  }

  @Test
  void waiting_for_a_request_ends_when_it_comes_and_says_what_came_instead() throws Exception {
    try (TestedModel model = new TestedModel(Script.always(ModelReply.text("ok")))) {
      CompletableFuture<?> asked =
          model.http.sendAsync(model.request("wanted", true), BodyHandlers.ofString());

      assertEquals(
          "wanted",
          model
              .offline
              .awaitRequest(request -> request.lastUserText().equals("wanted"), LONG)
              .lastUserText());
      asked.get(20, TimeUnit.SECONDS);
      TimeoutException timeout =
          assertThrows(
              TimeoutException.class, () -> model.offline.awaitRequest(request -> false, SHORT));
      assertTrue(timeout.toString().contains("wanted"), timeout::toString);
    }
  }

  @Test
  void looking_whether_the_api_is_there_and_counting_tokens_are_no_requests() throws Exception {
    try (TestedModel model = new TestedModel(Script.always(ModelReply.text("ok")))) {
      HttpResponse<String> head =
          model.http.send(
              HttpRequest.newBuilder(model.offline.baseUrl()).HEAD().build(),
              BodyHandlers.ofString());
      HttpResponse<String> count = model.post("/v1/messages/count_tokens", "{\"model\":\"opus\"}");

      assertEquals(200, head.statusCode());
      assertEquals(4, JSON.readTree(count.body()).path("input_tokens").asInt());
      assertEquals(List.of(), model.offline.requests());
    }
  }

  @Test
  void another_path_is_not_found() throws Exception {
    try (TestedModel model = new TestedModel(Script.always(ModelReply.text("ok")))) {
      HttpResponse<String> response = model.post("/v1/complete", "{}");

      assertEquals(404, response.statusCode());
      assertError("not_found_error", "POST /v1/complete", response);
    }
  }

  @Test
  void a_body_that_is_no_json_object_is_refused() throws Exception {
    try (TestedModel model = new TestedModel(Script.always(ModelReply.text("ok")))) {
      for (String body : List.of("{\"model\":", "[]", "")) {
        HttpResponse<String> response = model.post("/v1/messages", body);

        assertEquals(400, response.statusCode());
        assertError("invalid_request_error", "JSON", response);
      }
      assertEquals(List.of(), model.offline.requests());
    }
  }

  @Test
  void a_script_that_throws_is_an_api_error_that_names_it() throws Exception {
    Script script =
        request -> {
          throw new IllegalStateException("no line for this");
        };
    try (TestedModel model = new TestedModel(script)) {
      HttpResponse<String> response = model.ask("go", true);

      assertEquals(500, response.statusCode());
      assertError("api_error", "no line for this", response);
    }
  }

  @Test
  void two_models_listen_on_ports_of_their_own() {
    Script script = Script.always(ModelReply.text("ok"));
    try (OfflineModel one = OfflineModel.start(script);
        OfflineModel two = OfflineModel.start(script)) {
      assertNotEquals(one.baseUrl(), two.baseUrl());
    }
  }

  @Test
  void a_second_close_does_nothing() {
    OfflineModel model = OfflineModel.start(Script.always(ModelReply.text("ok")));
    model.close();
    assertDoesNotThrow(model::close);
  }
}

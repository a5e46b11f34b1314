package com.clawdforge.acpx.offline;

import static com.clawdforge.acpx.offline.TestedModel.assertError;
import static com.clawdforge.acpx.offline.TestedModel.events;
import static com.clawdforge.acpx.offline.TestedModel.types;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A provider in trouble. */
@Timeout(30)
class OfflineFaultsTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void an_error_after_a_text_is_the_last_event_of_a_good_stream() throws Exception {
    ModelReply reply = ModelReply.errorAfter("half", "overloaded_error", "Overloaded");
    try (TestedModel model = new TestedModel(reply)) {
      HttpResponse<String> response = model.ask("go", true);

      assertEquals(200, response.statusCode());
      List<JsonNode> events = events(response.body());
      assertEquals(
          List.of("message_start", "content_block_start", "content_block_delta", "error"),
          types(events));
      assertEquals("half", TestedModel.text(events));
      assertEquals(
          JSON.readTree(
              """
              {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
              """),
          events.getLast());
    }
  }

  @Test
  void an_error_after_no_text_comes_before_the_first_block() throws Exception {
    try (TestedModel model = new TestedModel(ModelReply.errorAfter("", "api_error", "no"))) {
      assertEquals(List.of("message_start", "error"), types(model.streamed()));
    }
  }

  @Test
  void whoever_asks_for_no_stream_gets_the_error_alone() throws Exception {
    Script script =
        Script.sequence(
            ModelReply.errorAfter("half", "overloaded_error", "Overloaded"),
            ModelReply.errorAfter("half", "api_error", "Internal server error"));
    try (TestedModel model = new TestedModel(script)) {
      HttpResponse<String> overloaded = model.ask("go", false);
      HttpResponse<String> other = model.ask("go", false);

      assertEquals(529, overloaded.statusCode());
      assertError("overloaded_error", "Overloaded", overloaded);
      assertEquals(500, other.statusCode());
      assertError("api_error", "Internal server error", other);
    }
  }

  @Test
  void an_error_after_a_text_is_a_failed_response_of_the_responses_api() throws Exception {
    ModelReply reply = ModelReply.errorAfter("half", "server_is_overloaded", "Overloaded");
    try (TestedModel model = new TestedModel(reply)) {
      List<JsonNode> events = events(model.askResponses(true).body());

      assertEquals("half", events.get(2).path("delta").asText());
      assertEquals("response.failed", events.getLast().path("type").asText());
      assertEquals("failed", events.getLast().at("/response/status").asText());
      assertEquals("server_is_overloaded", events.getLast().at("/response/error/code").asText());
      assertEquals("Overloaded", events.getLast().at("/response/error/message").asText());
    }
  }

  @Test
  void a_page_comes_with_its_status_and_as_html_to_clients_of_both_apis() throws Exception {
    String page = "<!DOCTYPE html><title>502 Bad gateway ✗</title>";
    try (TestedModel model = new TestedModel(ModelReply.html(502, page))) {
      for (HttpResponse<String> response :
          List.of(model.ask("go", true), model.ask("go", false), model.askResponses(true))) {
        assertEquals(502, response.statusCode());
        assertEquals(
            "text/html; charset=utf-8", response.headers().firstValue("content-type").orElse(""));
        assertEquals(page, response.body());
      }
    }
  }
}

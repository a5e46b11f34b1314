package com.clawdforge.acpx.offline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An offline model and a client for it. */
final class TestedModel implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  final OfflineModel offline;
  final HttpClient http = HttpClient.newHttpClient();

  TestedModel(Script script) {
    this(OfflineModel.start(script));
  }

  private TestedModel(OfflineModel offline) {
    this.offline = offline;
  }

  static TestedModel strict(Script script) {
    return new TestedModel(OfflineModel.startStrict(script));
  }

  /** A model that always answers with this. */
  TestedModel(ModelReply reply) {
    this(Script.always(reply));
  }

  HttpRequest request(String prompt, boolean streamed) {
    ObjectNode body =
        JSON.createObjectNode().put("model", "opus").put("max_tokens", 100).put("stream", streamed);
    body.putArray("messages").addObject().put("role", "user").put("content", prompt);
    return request("/v1/messages?beta=true", body.toString());
  }

  HttpResponse<String> ask(String prompt, boolean streamed)
      throws IOException, InterruptedException {
    return http.send(request(prompt, streamed), BodyHandlers.ofString());
  }

  /** The events of a streamed answer. */
  List<JsonNode> streamed() throws IOException, InterruptedException {
    return events(ask("go", true).body());
  }

  /** An answer in one piece. */
  JsonNode whole() throws IOException, InterruptedException {
    return JSON.readTree(ask("go", false).body());
  }

  /** The answer of the Responses API. */
  HttpResponse<String> askResponses(boolean streamed) throws IOException, InterruptedException {
    ObjectNode body =
        JSON.createObjectNode().put("model", "gpt").put("stream", streamed).put("input", "go");
    return post("/v1/responses", body.toString());
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return http.send(request(path, body), BodyHandlers.ofString());
  }

  private HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(offline.baseUrl().resolve(path))
        .header("x-api-key", "dummy")
        .timeout(Duration.ofSeconds(20))
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  @Override
  public void close() {
    offline.close();
    http.shutdownNow();
  }

  static void assertError(String type, String message, HttpResponse<String> response)
      throws IOException {
    JsonNode body = JSON.readTree(response.body());
    assertEquals("error", body.path("type").asText());
    assertEquals(type, body.at("/error/type").asText());
    assertTrue(body.at("/error/message").asText().contains(message), response::body);
  }

  static List<JsonNode> events(String stream) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String event : stream.split("\n\n", -1)) {
      if (!event.isEmpty()) {
        String[] lines = event.split("\ndata: ", 2);
        JsonNode data = JSON.readTree(lines[1]);
        assertEquals("event: " + data.path("type").asText(), lines[0]);
        events.add(data);
      }
    }
    return events;
  }

  static List<String> types(List<JsonNode> events) {
    return events.stream().map(event -> event.path("type").asText()).toList();
  }

  static String text(List<JsonNode> events) {
    return events.stream()
        .map(event -> event.at("/delta/text").asText())
        .collect(Collectors.joining());
  }
}

package com.clawdforge.http.app.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * What a server says of itself to everybody who may call it.
 *
 * @param health its answer to {@code GET /healthz}
 * @param readiness its answer to {@code GET /readyz}
 */
public record ServerState(JsonNode health, JsonNode readiness) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final JsonMapper JSON = new JsonMapper();

  /** A server that cannot be asked; the message is one line. */
  public static final class Unknown extends Exception {
    private static final long serialVersionUID = 1L;

    Unknown(String message) {
      super(message);
    }
  }

  /**
   * Asks a server; blocks.
   *
   * @throws Unknown if it does not answer, or not as clawdforge does
   */
  public static ServerState of(String url) throws Unknown, InterruptedException {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      JsonNode health = get(http, url, "/healthz", "claude_present");
      return new ServerState(health, get(http, url, "/readyz", "checks"));
    }
  }

  private static JsonNode get(HttpClient http, String url, String path, String member)
      throws Unknown, InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url.replaceFirst("/+$", "") + path))
              .timeout(PATIENCE)
              .version(HttpClient.Version.HTTP_1_1)
              .build();
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      JsonNode body = json(answer.body());
      if (body.has(member)) {
        return body;
      }
      throw new Unknown(
          body.has("code")
              ? body.path("detail").asText() + " (" + answer.statusCode() + ")"
              : FailureWords.stranger(url, answer.statusCode(), answer.body()));
    } catch (IOException e) {
      throw new Unknown(FailureWords.unreachable(url, e));
    } catch (IllegalArgumentException e) {
      throw new Unknown("the address of the server must be like http://localhost:8800");
    }
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body) instanceof ObjectNode object ? object : JSON.createObjectNode();
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }
}

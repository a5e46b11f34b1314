package com.clawdforge.http.kit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Checks that a document describes an answer completely. */
public final class AnswerCheck {
  /** Headers of HTTP itself, without meaning for the client, or with any answer to some tokens. */
  private static final Set<String> COMMON_HEADERS =
      Set.of(
          "cache-control",
          "connection",
          "content-length",
          "content-type",
          "date",
          "ratelimit",
          "ratelimit-policy",
          "transfer-encoding",
          "vary");

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final ApiDocument document;
  private final Answer answer;
  private final List<String> objections = new ArrayList<>();

  private AnswerCheck(ApiDocument document, Answer answer) {
    this.document = document;
    this.answer = answer;
  }

  /**
   * An answer of the server.
   *
   * @param method of the request
   * @param path of the request, without query
   * @param readable whether the request is HTTP that the server can read
   */
  public record Answer(
      String method,
      String path,
      boolean readable,
      int status,
      Map<String, List<String>> headers,
      String body) {
    public Answer {
      Map<String, List<String>> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      anyCase.putAll(headers);
      headers = anyCase;
    }

    @Nullable String mediaType() {
      List<String> types = headers.getOrDefault("Content-Type", List.of());
      return types.isEmpty() ? null : types.getFirst().replaceFirst(";.*", "").strip();
    }
  }

  /** The differences between an answer and the document. */
  static List<String> objections(ApiDocument document, Answer answer) {
    AnswerCheck check = new AnswerCheck(document, answer);
    check.answer();
    return check.objections;
  }

  /** Fails unless the server's document describes the answer. */
  public static void require(Answer answer) {
    List<String> objections = objections(ApiDocument.SERVED, answer);
    if (!objections.isEmpty()) {
      throw new AssertionError(
          "openapi.yaml does not describe this answer to %s %s: %s%n%s"
              .formatted(answer.method(), answer.path(), objections, answer));
    }
  }

  /** The differences between a stream of events and the document. */
  public static List<String> eventObjections(
      ApiDocument document, JsonNode itemSchema, String stream) {
    AnswerCheck check =
        new AnswerCheck(document, new Answer("GET", "/", true, 200, Map.of(), stream));
    check.events(itemSchema);
    return check.objections;
  }

  private void answer() {
    String status = Integer.toString(answer.status());
    JsonNode described = document.answers(answer.method(), answer.path()).path(status);
    if (described.isMissingNode() && !answer.readable()) {
      described = document.others("unreadable").path(status);
    }
    if (described.isMissingNode()) {
      objections.add("no answer has the status " + status);
      return;
    }
    JsonNode response = document.resolved(described);
    headers(response.path("headers"));
    if (answer.method().equals("HEAD")) {
      if (!answer.body().isEmpty()) {
        objections.add("HEAD has a body");
      }
      return;
    }
    content(response.path("content"));
  }

  private void headers(JsonNode described) {
    Map<String, JsonNode> known = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    described.properties().forEach(header -> known.put(header.getKey(), header.getValue()));
    known.forEach(
        (name, node) -> {
          JsonNode header = document.resolved(node);
          List<String> values = answer.headers().getOrDefault(name, List.of());
          if (values.isEmpty() && header.path("required").booleanValue()) {
            objections.add("there is no header " + name);
          }
          for (String value : values) {
            JsonNode schema = header.get("schema");
            require("header " + name, schema, headerValue(schema, value));
          }
        });
    for (String name : answer.headers().keySet()) {
      String lower = name.toLowerCase(Locale.ROOT);
      // Those of CORS are for browsers, and the same with every answer.
      if (!known.containsKey(name)
          && !COMMON_HEADERS.contains(lower)
          && !lower.startsWith("access-control-")) {
        objections.add("no header is called " + name);
      }
    }
  }

  private static JsonNode headerValue(JsonNode schema, String value) {
    return schema.path("type").asText().equals("integer") && value.matches("\\d{1,18}")
        ? JsonNodeFactory.instance.numberNode(Long.parseLong(value))
        : JsonNodeFactory.instance.textNode(value);
  }

  private void content(JsonNode described) {
    @Nullable String type = answer.mediaType();
    if (described.isMissingNode() || type == null) {
      if (described.isObject() || type != null || !answer.body().isEmpty()) {
        objections.add("content that is not described, or none that is: " + type);
      }
      return;
    }
    JsonNode media = described.path(type);
    if (media.isMissingNode()) {
      objections.add("no content has the type " + type);
    } else if (type.endsWith("json")) {
      require("body", media.get("schema"), answer.body());
    } else if (type.equals("text/event-stream")) {
      events(media.get("x-itemSchema"));
    }
  }

  private void events(JsonNode schema) {
    List<ObjectNode> events = ServerEvents.in(answer.body());
    for (int i = 0; i < events.size(); i++) {
      ObjectNode event = events.get(i);
      boolean last = i == events.size() - 1;
      boolean among = !document.resolved(schema).has("x-outcomes") && !event.has("id");
      if (last ? event.has("id") : among) {
        objections.add("an event with an id is the last, or one without is not: " + event);
      }
      event(document.resolved(schema), event);
    }
  }

  // The schema of the data is an annotation for validators, so it is applied here.
  private void event(JsonNode schema, ObjectNode event) {
    require("event", schema, event);
    for (JsonNode kind : schema.get("oneOf")) {
      JsonNode properties = document.resolved(kind).get("properties");
      if (properties.get("event").get("const").equals(event.get("event"))) {
        require(
            "data of " + event.get("event"),
            properties.get("data").get("contentSchema"),
            event.path("data").asText());
      }
    }
  }

  private void require(String what, JsonNode schema, String json) {
    try {
      require(what, schema, MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      objections.add(what + " is no JSON: " + e.getOriginalMessage());
    }
  }

  private void require(String what, JsonNode schema, JsonNode value) {
    for (String objection : document.objections(schema, value)) {
      objections.add(what + ": " + objection);
    }
  }
}

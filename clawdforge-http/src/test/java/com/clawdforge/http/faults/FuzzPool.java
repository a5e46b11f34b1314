package com.clawdforge.http.faults;

import com.clawdforge.http.kit.ApiDocument;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What there is on the server, so that requests can name it. Safe for any thread. */
final class FuzzPool {
  private static final int MOST = 30;
  private static final Map<String, JsonNode> BODIES =
      Map.of(
          "POST /run",
              FuzzedJson.read("{\"prompt\":\"fault:answer\",\"timeout_secs\":20,\"detach\":false}"),
          "POST /sessions", FuzzedJson.read("{\"agent\":\"faulty\",\"meta\":{\"a\":1}}"),
          "POST /sessions/{session_id}/turn",
              FuzzedJson.read("{\"prompt\":\"fault:answer\",\"timeout_secs\":20,\"queue\":true}"),
          "POST /admin/tokens", FuzzedJson.read("{\"name\":\"fuzz-NAME\",\"ip_cidrs\":[]}"),
          "PATCH /admin/tokens/{name}",
              FuzzedJson.read("{\"max_concurrent\":3,\"daily_budget_usd\":1.5}"));

  private final String token;
  private final Map<String, Deque<String>> known = new HashMap<>();
  private int names;

  FuzzPool(String token) {
    this.token = token;
    add("file", "swagger-ui.css");
    add("turn_index", "1");
    add("turn_index", "2");
    add("name", "fuzz-0");
  }

  String token() {
    return token;
  }

  private synchronized void add(String parameter, String value) {
    Deque<String> values = known.computeIfAbsent(parameter, none -> new ArrayDeque<>());
    values.addLast(value);
    if (values.size() > MOST) {
      values.removeFirst();
    }
  }

  /** Something of a kind that there is, or was. */
  synchronized String any(String parameter, Random random) {
    List<String> values = new ArrayList<>(known.getOrDefault(parameter, new ArrayDeque<>()));
    return values.isEmpty() ? "none" : values.get(random.nextInt(values.size()));
  }

  /** A body that the operation takes. */
  synchronized JsonNode body(ApiDocument.Operation operation) {
    JsonNode body =
        BODIES.getOrDefault(
            operation.method() + " " + operation.path(), JsonNodeFactory.instance.objectNode());
    return FuzzedJson.read(body.toString().replace("fuzz-NAME", "fuzz-" + ++names));
  }

  /** Notes what an answer names. */
  void learn(JsonNode answer) {
    for (String member : List.of("session_id", "run_id", "file_token")) {
      if (answer.path(member).isTextual()) {
        add(member, answer.path(member).asText());
      }
    }
    // Never the token that the requests have.
    if (answer.path("name").asText().startsWith("fuzz-")) {
      add("name", answer.path("name").asText());
    }
  }
}

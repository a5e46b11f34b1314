package com.clawdforge.client.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One request and its answer. */
final class Exchange {
  private static final String EVENT_STREAM = "text/event-stream";
  private static final int MOST_ON_A_PAGE = 200;

  private final HttpExchange http;
  private final String requestId;
  private final byte[] body;
  private final String[] segments;

  Exchange(HttpExchange http, String requestId) throws IOException {
    this.http = http;
    this.requestId = requestId;
    this.body = http.getRequestBody().readAllBytes();
    this.segments = http.getRequestURI().getPath().substring(1).split("/", -1);
    http.getResponseHeaders().set("X-Request-Id", requestId);
  }

  RecordedRequest recorded() {
    Map<String, List<String>> headers = new TreeMap<>();
    http.getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    return new RecordedRequest(
        method(),
        http.getRequestURI().toString(),
        headers,
        new String(body, StandardCharsets.UTF_8));
  }

  String method() {
    return http.getRequestMethod();
  }

  /** How many segments the path has. */
  int depth() {
    return segments.length;
  }

  /** A segment of the path, decoded; empty beyond its end. */
  String segment(int place) {
    return place < segments.length ? segments[place] : "";
  }

  /** Whether this is the method, and these are the last segments from a place on. */
  boolean is(String method, int place, String... rest) {
    boolean same = method().equals(method) && depth() == place + rest.length;
    for (int i = 0; same && i < rest.length; i++) {
      same = rest[i].equals(segment(place + i));
    }
    return same;
  }

  @Nullable String header(String name) {
    return http.getRequestHeaders().getFirst(name);
  }

  Headers answerHeaders() {
    return http.getResponseHeaders();
  }

  byte[] body() {
    return body.clone();
  }

  /** The body; an empty object if it is not a JSON object. */
  ObjectNode json() {
    JsonNode json = Wire.jsonOrNull(new String(body, StandardCharsets.UTF_8));
    return json instanceof ObjectNode object ? object : Wire.object();
  }

  /** A parameter of the query, or the other value. */
  String query(String name, String otherwise) {
    String query = http.getRequestURI().getQuery();
    for (String part : (query == null ? "" : query).split("&", -1)) {
      if (part.startsWith(name + "=")) {
        return part.substring(name.length() + 1);
      }
    }
    return otherwise;
  }

  boolean wantsStream() {
    String accept = header("Accept");
    return accept != null && accept.startsWith(EVENT_STREAM);
  }

  void send(int status, JsonNode answer) throws IOException {
    send(status, "application/json", answer);
  }

  private void send(int status, String type, JsonNode answer) throws IOException {
    byte[] bytes = Wire.bytes(answer);
    answerHeaders().set("Content-Type", type);
    http.sendResponseHeaders(status, bytes.length);
    http.getResponseBody().write(bytes);
    http.close();
  }

  /** Answers with a page of a list, whose cursor is the place of the next entry. */
  void sendPage(String name, List<? extends JsonNode> all) throws IOException {
    int from = Integer.parseInt(query("cursor", "0"));
    int end = Math.min(all.size(), from + Integer.parseInt(query("limit", "" + MOST_ON_A_PAGE)));
    ObjectNode page = Wire.object().put("ok", true);
    page.set(name, Wire.array(all.subList(Math.min(from, end), end)));
    send(200, page.put("next_cursor", end < all.size() ? Integer.toString(end) : null));
  }

  void refuse(FakeError error) throws IOException {
    refuse(error, error.problem(requestId));
  }

  void refuse(FakeError error, ObjectNode problem) throws IOException {
    if (error.retryAfter() != null) {
      long seconds = error.retryAfter().plusNanos(999_999_999).toSeconds();
      answerHeaders().set("Retry-After", Long.toString(Math.max(1, seconds)));
    }
    send(error.status(), "application/problem+json", problem);
  }

  void notFound(String what) throws IOException {
    refuse(FakeError.of("not_found", "there is no " + what));
  }

  /** Ends the connection without an answer, or in the middle of one. */
  void breakOff() {
    http.close();
  }

  /** Answers with the outcome of work, once it is over. */
  void sendOutcome(Work work) throws IOException, InterruptedException {
    work.awaitEnd();
    if (work.breaks()) {
      breakOff();
      return;
    }
    BigDecimal cost = work.hasWorked() ? work.answer().costUsd() : null;
    if (cost != null) {
      answerHeaders().set("X-Clawdforge-Cost-Usd", cost.toPlainString());
    }
    FakeError error = work.error();
    if (error != null) {
      answerHeaders().set("x-should-retry", "false");
      refuse(error, problem(work, error));
    } else if (work.isTurn()) {
      send(200, work.outcome().set("events", Wire.array(work.events())));
    } else {
      send(200, work.outcome());
    }
  }

  private ObjectNode problem(Work work, FakeError error) {
    return error.problem(requestId).put("duration_ms", work.millis());
  }

  /**
   * Sends the events of work as they come, then its outcome.
   *
   * @param seen how many of them the client has
   */
  void stream(Work work, int seen) throws IOException, InterruptedException {
    answerHeaders().set("Content-Type", EVENT_STREAM + ";charset=utf-8");
    http.sendResponseHeaders(200, 0);
    String name = work.isTurn() ? "acp" : "claude";
    String turn = work.isTurn() ? work.call().turnIndex() + "." : "";
    try (OutputStream out = http.getResponseBody()) {
      write(out, ":\n\n");
      int place = seen;
      for (; ; place++) {
        JsonNode event = work.event(place);
        if ((place >= work.answer().breaksAfter() || event == null) && work.breaks()) {
          return;
        }
        if (event == null) {
          break;
        }
        write(out, "event: " + name + "\nid: " + turn + (place + 1) + "\ndata: " + event + "\n\n");
      }
      FakeError error = work.error();
      write(
          out,
          error == null
              ? "event: " + (work.isTurn() ? "turn" : "run") + "\ndata: " + work.outcome() + "\n\n"
              : "event: error\ndata: " + problem(work, error) + "\n\n");
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}

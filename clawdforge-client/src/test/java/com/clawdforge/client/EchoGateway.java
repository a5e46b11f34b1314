package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The part of a gateway that {@link ClientContract} needs. */
final class EchoGateway implements ClientContract.Backend {
  static final String TOKEN = "cf_echo";
  private static final String EVENTS = "text/event-stream";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  // Equally long, as the maps sort ids as text and lists are newest first.
  private final AtomicInteger ids = new AtomicInteger(1_000);
  private final Map<String, EchoWork> runs = new ConcurrentSkipListMap<>();
  private final Map<String, EchoWork> keys = new ConcurrentHashMap<>();
  private final Map<String, EchoSession> sessions = new ConcurrentSkipListMap<>();
  private final Map<String, ObjectNode> files = new ConcurrentSkipListMap<>();

  EchoGateway() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @Override
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public String token() {
    return TOKEN;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange http) throws IOException {
    byte[] bytes = http.getRequestBody().readAllBytes();
    ObjectNode body = Json.objectOrNull(bytes);
    String path = http.getRequestURI().getPath();
    if (path.equals("/healthz")) {
      send(http, 200, Json.object().put("version", "echo"));
    } else if (!("Bearer " + TOKEN).equals(http.getRequestHeaders().getFirst("Authorization"))) {
      refuse(http, 401, "unauthenticated");
    } else if (path.startsWith("/run")) {
      runs(http, path, body == null ? Json.object() : body);
    } else if (path.startsWith("/files")) {
      files(http, path, bytes);
    } else {
      sessions(http, path, body == null ? Json.object() : body);
    }
  }

  private void runs(HttpExchange http, String path, ObjectNode body) throws IOException {
    String[] parts = path.split("/", -1);
    if (path.equals("/run")) {
      run(http, body);
    } else if (path.equals("/runs")) {
      ArrayNode all = Json.MAPPER.createArrayNode();
      runs.values().forEach(run -> all.insert(0, run.view()));
      send(http, 200, Json.object().set("runs", all));
    } else if (runs.get(parts[2]) == null) {
      refuse(http, 404, "not_found");
    } else if (path.endsWith("/cancel")) {
      send(http, 200, Json.object().put("cancelled", runs.get(parts[2]).end("cancelled")));
    } else {
      EchoWork run = runs.get(parts[2]);
      send(http, 200, run.view().put("result", run.said()));
    }
  }

  private void run(HttpExchange http, ObjectNode body) throws IOException {
    if (body.path("prompt").asText().isBlank()) {
      send(http, 422, EchoWork.error(422, "invalid_request").put("field", "prompt"));
      return;
    }
    EchoWork run =
        keys.computeIfAbsent(
            String.valueOf(http.getRequestHeaders().getFirst("Idempotency-Key")),
            key -> {
              EchoWork fresh = new EchoWork("run-" + ids.incrementAndGet(), 0, body);
              runs.put(fresh.id, fresh);
              return fresh;
            });
    http.getResponseHeaders().set("X-Clawdforge-Run-Id", run.id);
    if (body.path("detach").asBoolean()) {
      run.work();
      send(http, 202, run.view());
      return;
    }
    ObjectNode result = Json.object().put("duration_ms", 5).put("stop_reason", "end_turn");
    if (run.structured) {
      result.set("result", Json.objectOrNull(utf8(ClientContract.PANCAKES_JSON)));
    } else {
      result.put("result", run.said());
    }
    if (!streams(http)) {
      run.work();
      http.getResponseHeaders().set("X-Clawdforge-Cost-Usd", "0.1");
      answer(http, run, result);
      return;
    }
    String delta =
        "{\"type\":\"stream_event\",\"event\":{\"delta\":{\"text\":\"" + run.said() + "\"}}}";
    stream(
        http,
        run,
        "event: claude\nid: 1\ndata: "
            + delta
            + "\n\nevent: claude\nid: 2\ndata: {\"total_cost_usd\":0.1}\n\n",
        "run",
        result);
  }

  private void sessions(HttpExchange http, String path, ObjectNode body) throws IOException {
    String[] parts = path.split("/", -1);
    if (parts.length == 2 && http.getRequestMethod().equals("POST")) {
      String id = "session-" + ids.incrementAndGet();
      sessions.put(id, new EchoSession());
      send(http, 200, view(id));
      return;
    }
    if (parts.length == 2) {
      ArrayNode all = Json.MAPPER.createArrayNode();
      sessions.keySet().forEach(id -> all.insert(0, view(id)));
      send(http, 200, Json.object().set("sessions", all));
      return;
    }
    EchoSession session = sessions.get(parts[2]);
    if (session == null) {
      refuse(http, 404, "not_found");
    } else if (http.getRequestMethod().equals("DELETE")) {
      boolean already = session.closed;
      session.closed = true;
      session.all().forEach(turn -> turn.end("cancelled"));
      send(http, 200, Json.object().put("already_closed", already));
    } else if (parts.length == 3) {
      send(http, 200, view(parts[2]));
    } else if (path.endsWith("/turn")) {
      if (session.closed) {
        refuse(http, 410, "session_closed");
      } else {
        turn(http, session, session.next(parts[2], body), body.path("detach").asBoolean());
      }
    } else {
      turns(http, path, parts, session);
    }
  }

  private void turns(HttpExchange http, String path, String[] parts, EchoSession session)
      throws IOException {
    if (parts.length == 4) {
      ArrayNode all = Json.MAPPER.createArrayNode();
      session.all().forEach(turn -> all.insert(0, turn.view()));
      send(http, 200, Json.object().set("turns", all));
      return;
    }
    EchoWork turn = session.turn(Integer.parseInt(parts[4]));
    if (turn == null) {
      refuse(http, 404, "not_found");
    } else if (path.endsWith("/cancel")) {
      send(http, 200, Json.object().put("cancelled", turn.end("cancelled")));
    } else if (!path.endsWith("/events")) {
      send(http, 200, turn.view());
    } else if (streams(http)) {
      stream(http, turn, events(turn), "turn", ending(turn));
    } else {
      send(http, 200, Json.object().set("events", list(turn)));
    }
  }

  private void turn(HttpExchange http, EchoSession session, EchoWork turn, boolean detach)
      throws IOException {
    String path = "/sessions/" + turn.id + "/turns/" + turn.index;
    if (detach) {
      threads.execute(() -> session.work(turn));
      send(http, 202, turn.view());
    } else if (streams(http)) {
      http.getResponseHeaders().set("Content-Location", path + "/events");
      threads.execute(() -> session.work(turn));
      stream(http, turn, events(turn), "turn", ending(turn));
    } else {
      session.work(turn);
      answer(http, turn, ending(turn).set("events", list(turn)));
    }
  }

  private static ArrayNode list(EchoWork turn) {
    return Json.MAPPER
        .createArrayNode()
        .add(Json.objectOrNull(utf8(SessionTest.chunk(turn.said()))));
  }

  private static String events(EchoWork turn) {
    return "event: acp\nid: " + turn.index + ".1\ndata: " + SessionTest.chunk(turn.said()) + "\n\n";
  }

  private static ObjectNode ending(EchoWork turn) {
    return Json.object()
        .put("turn_index", turn.index)
        .put("duration_ms", 5)
        .put("stop_reason", "end_turn");
  }

  private ObjectNode view(String id) {
    EchoSession session = Objects.requireNonNull(sessions.get(id));
    List<EchoWork> turns = session.all();
    ObjectNode view =
        Json.object()
            .put("session_id", id)
            .put("agent", "echo")
            .put("status", session.closed ? "closed" : "open")
            .put("turn_count", turns.size())
            .put("created_at", 1);
    turns.stream()
        .filter(turn -> turn.state.equals("running"))
        .forEach(turn -> view.put("active_turn", turn.index));
    return view;
  }

  private void files(HttpExchange http, String path, byte[] body) throws IOException {
    String[] parts = path.split("/", -1);
    if (http.getRequestMethod().equals("POST")) {
      String form = new String(body, StandardCharsets.UTF_8);
      String content = form.replaceFirst("(?s).*?octet-stream\r\n\r\n(.*)\r\n--.*", "$1");
      String id = "ff_" + ids.incrementAndGet();
      ObjectNode file =
          Json.object()
              .put("file_token", id)
              .put("name", form.replaceFirst("(?s).*filename=\"(.*?)\".*", "$1"))
              .put("ttl_secs", 3600)
              .put("size", utf8(content).length)
              .put("created_at", 1)
              .put("expires_at", 2);
      files.put(id, file);
      send(http, 200, file);
    } else if (parts.length == 2) {
      ArrayNode all = Json.MAPPER.createArrayNode();
      files.values().forEach(file -> all.insert(0, file));
      send(http, 200, Json.object().set("files", all));
    } else if (files.remove(parts[2]) == null) {
      refuse(http, 404, "not_found");
    } else {
      send(http, 200, Json.object());
    }
  }

  private static boolean streams(HttpExchange http) {
    return EVENTS.equals(http.getRequestHeaders().getFirst("Accept"));
  }

  private static void answer(HttpExchange http, EchoWork work, JsonNode good) throws IOException {
    ObjectNode problem = work.problem();
    if (problem == null) {
      send(http, 200, good);
    } else {
      send(http, problem.get("status").intValue(), problem);
    }
  }

  /** Sends the head at once, and all events when the work is over. */
  private void stream(HttpExchange http, EchoWork work, String said, String end, ObjectNode good)
      throws IOException {
    http.getResponseHeaders().set("Content-Type", EVENTS);
    http.sendResponseHeaders(200, 0);
    try (OutputStream out = http.getResponseBody()) {
      out.write(utf8(":\n\n"));
      out.flush();
      if (end.equals("run")) {
        work.work();
      }
      work.over.await();
      ObjectNode problem = work.problem();
      if (work.state.equals("cancelled")) {
        good.put("stop_reason", "cancelled");
      }
      String last =
          problem == null
              ? "event: " + end + "\ndata: " + Json.text(good)
              : "event: error\ndata: " + Json.text(problem);
      out.write(utf8((work.state.equals("completed") ? said : "") + last + "\n\n"));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void refuse(HttpExchange http, int status, String code) throws IOException {
    send(http, status, EchoWork.error(status, code));
  }

  private static void send(HttpExchange http, int status, JsonNode body) throws IOException {
    byte[] bytes = Json.bytes(body);
    http.sendResponseHeaders(status, bytes.length);
    http.getResponseBody().write(bytes);
    http.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package com.clawdforge.http.kit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers each request line as a test defines, and records the requests. */
public final class StubServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Answer> answers = new HashMap<>();
  private final List<Asked> asked = new ArrayList<>();

  /** A recorded request. */
  public record Asked(String line, Headers headers, String text) {
    public JsonNode json() throws IOException {
      return new JsonMapper().readTree(text);
    }
  }

  /** Writes one answer. */
  public interface Answer {
    void to(HttpExchange exchange) throws Exception;
  }

  public StubServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Sets the answer to a request line such as {@code GET /sessions/s1}. */
  public synchronized StubServer on(String line, Answer answer) {
    answers.put(line, answer);
    return this;
  }

  public StubServer on(String line, int status, String body) {
    return on(line, exchange -> send(exchange, status, "application/json", body));
  }

  public StubServer streams(String line, String body) {
    return on(line, exchange -> send(exchange, 200, "text/event-stream", body));
  }

  public static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Answer answer;
    synchronized (this) {
      asked.add(new Asked(line, exchange.getRequestHeaders(), text));
      answer =
          answers.getOrDefault(
              line,
              other ->
                  send(
                      other,
                      404,
                      "application/problem+json",
                      "{\"code\":\"not_found\",\"detail\":\"no " + line + "\"}"));
    }
    try (exchange) {
      answer.to(exchange);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public synchronized List<String> lines() {
    return asked.stream().map(Asked::line).toList();
  }

  /** The last request of this line. */
  public synchronized Asked asked(String line) {
    return asked.stream()
        .filter(one -> one.line().equals(line))
        .reduce((earlier, later) -> later)
        .orElseThrow(() -> new AssertionError("no " + line + " in " + lines()));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

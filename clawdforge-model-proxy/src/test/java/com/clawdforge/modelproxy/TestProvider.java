package com.clawdforge.modelproxy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A provider on loopback whose answers a test writes itself. */
final class TestProvider implements AutoCloseable {
  final List<Received> received = new CopyOnWriteArrayList<>();

  /** The ports of the connections on which requests came. */
  final Set<Integer> connections = ConcurrentHashMap.newKeySet();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private TestProvider(HttpServer server) {
    this.server = server;
  }

  /** A request; the body is the answer's to read. */
  record Received(String method, URI uri, Headers headers) {}

  /** Answers one request. */
  interface Answer {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  static TestProvider start(Answer answer) throws IOException {
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    TestProvider provider = new TestProvider(server);
    server.createContext("/", exchange -> provider.handle(exchange, answer));
    server.setExecutor(provider.threads);
    server.start();
    return provider;
  }

  /** Answers everything with a text. */
  static TestProvider saying(String text) throws IOException {
    return start(exchange -> say(exchange, 200, text));
  }

  static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private void handle(HttpExchange exchange, Answer answer) throws IOException {
    Headers headers = new Headers();
    headers.putAll(exchange.getRequestHeaders());
    received.add(new Received(exchange.getRequestMethod(), exchange.getRequestURI(), headers));
    connections.add(exchange.getRemoteAddress().getPort());
    try (exchange) {
      answer.to(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  Received only() {
    if (received.size() != 1) {
      throw new AssertionError("not one request: " + received);
    }
    return received.getFirst();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

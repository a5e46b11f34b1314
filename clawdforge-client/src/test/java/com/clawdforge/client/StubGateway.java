package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.http.Backoff;
import com.clawdforge.client.internal.http.Timing;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A gateway that gives scripted answers in order and records its requests. */
final class StubGateway implements AutoCloseable {
  static final String TOKEN = "cf_very-secret-token";

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "stub-gateway");
            thread.setDaemon(true);
            return thread;
          });
  private final Deque<HttpHandler> answers = new ArrayDeque<>();
  private final List<Request> requests = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private volatile double chance;
  private CountDownLatch pausing = new CountDownLatch(0);
  private CompletableFuture<Void> pauseEnd = CompletableFuture.completedFuture(null);

  /** A request as it arrived. */
  record Request(String line, Headers headers, String text) {
    @Nullable String header(String name) {
      return headers.getFirst(name);
    }

    JsonNode json() throws IOException {
      return Json.MAPPER.readTree(text);
    }
  }

  StubGateway() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    HttpHandler answer;
    synchronized (this) {
      answer = answers.isEmpty() ? json(500, "{}") : answers.remove();
    }
    answer.handle(exchange);
  }

  private void record(HttpExchange exchange, byte[] body) {
    Request request =
        new Request(
            exchange.getRequestMethod() + " " + exchange.getRequestURI(),
            exchange.getRequestHeaders(),
            new String(body, StandardCharsets.UTF_8));
    synchronized (this) {
      requests.add(request);
    }
  }

  private HttpHandler json(int status, String body, String... headers) {
    return exchange -> {
      record(exchange, exchange.getRequestBody().readAllBytes());
      set(headers, exchange);
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    };
  }

  /** Adds an answer; headers as name, value, name, value. */
  synchronized StubGateway answers(int status, String body, String... headers) {
    answers.add(json(status, body, headers));
    return this;
  }

  /** Adds an answer that reads the request and breaks the connection. */
  synchronized StubGateway breaksOff() {
    answers.add(
        exchange -> {
          record(exchange, exchange.getRequestBody().readAllBytes());
          exchange.close();
        });
    return this;
  }

  /** Writes a stream of events; the connection ends with it. */
  interface Streaming {
    void write(Stream out) throws IOException;
  }

  /** Sends text immediately. */
  interface Stream {
    void write(String text) throws IOException;
  }

  /** Adds a stream of events; headers as name, value, name, value. */
  synchronized StubGateway streams(Streaming streaming, String... headers) {
    answers.add(stream(() -> {}, streaming, headers));
    return this;
  }

  /** Adds a stream of events whose head waits for {@code go}. */
  synchronized StubGateway streams(
      CountDownLatch asked, CountDownLatch go, Streaming streaming, String... headers) {
    answers.add(
        stream(
            () -> {
              asked.countDown();
              go.await();
            },
            streaming,
            headers));
    return this;
  }

  private interface Before {
    void run() throws InterruptedException;
  }

  private HttpHandler stream(Before head, Streaming streaming, String... headers) {
    return exchange -> {
      record(exchange, exchange.getRequestBody().readAllBytes());
      try {
        head.run();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      set(headers, exchange);
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      OutputStream out = exchange.getResponseBody();
      streaming.write(
          text -> {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
          });
      exchange.close();
    };
  }

  private static void set(String[] headers, HttpExchange exchange) {
    for (int i = 0; i < headers.length; i += 2) {
      exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
    }
  }

  /** Adds an answer and counts down once it was sent. */
  synchronized StubGateway answersAndSignals(CountDownLatch sent, int status, String body) {
    HttpHandler answer = json(status, body);
    answers.add(
        exchange -> {
          answer.handle(exchange);
          sent.countDown();
        });
    return this;
  }

  /** Answers a run with a stream that ends like this, or with plain JSON if that is accepted. */
  HttpHandler runOrStream(String end) {
    HttpHandler streamed = stream(() -> {}, out -> out.write(end));
    HttpHandler plain = json(200, end.substring(end.indexOf('{'), end.lastIndexOf('}') + 1));
    return exchange ->
        ("text/event-stream".equals(exchange.getRequestHeaders().getFirst("Accept"))
                ? streamed
                : plain)
            .handle(exchange);
  }

  synchronized StubGateway handles(HttpHandler handler) {
    answers.add(handler);
    return this;
  }

  synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  synchronized List<Duration> pauses() {
    return List.copyOf(pauses);
  }

  private synchronized CompletableFuture<Void> pause(Duration duration) {
    pauses.add(duration);
    pausing.countDown();
    return pauseEnd.copy();
  }

  /**
   * From now on pauses last until {@code end} completes; {@code begun} counts down at the first.
   */
  synchronized void pausesUntil(CountDownLatch begun, CompletableFuture<Void> end) {
    pausing = begun;
    pauseEnd = end;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on jitter shortens pauses by this part of their half. */
  void shortensPausesBy(double part) {
    chance = part;
  }

  /** Records pauses without taking them, unless a test says otherwise. */
  private Timing timing(Duration margin, Duration silence) {
    Duration enough = Duration.ofSeconds(20);
    return new Timing(
        Duration.ofSeconds(5),
        margin,
        enough,
        enough,
        silence,
        new Backoff(3, Duration.ofMillis(1), Duration.ofMinutes(1)),
        () -> chance,
        this::pause);
  }

  ForgeClient client() {
    return ForgeClient.builder()
        .baseUrl(url())
        .token(TOKEN)
        .timing(timing(Duration.ofSeconds(20), Duration.ofSeconds(20)))
        .build();
  }

  /**
   * A client that waits only 300 ms, for a run with a timeout of one second and for a silent
   * stream, to keep tests short.
   */
  ForgeClient impatientClient() {
    return ForgeClient.builder()
        .baseUrl(url())
        .token(TOKEN)
        .timing(timing(Duration.ofMillis(-700), Duration.ofMillis(300)))
        .build();
  }

  ForgeAdmin admin() {
    return ForgeAdmin.builder()
        .baseUrl(url())
        .adminToken(TOKEN)
        .timing(timing(Duration.ofSeconds(20), Duration.ofSeconds(20)))
        .build();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

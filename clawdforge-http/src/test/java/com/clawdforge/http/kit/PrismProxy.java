package com.clawdforge.http.kit;

import com.clawdforge.http.web.JsonText;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Prism between a test's client and the server, when {@code .ci/openapi} runs the tests. Prism
 * forwards each request to its upstream, which is this class: it sends the original request to the
 * server of the test, and the answer to both Prism and the test. So neither side sees what Prism
 * rewrote: Prism serialises JSON again, and the tests compare bytes.
 */
final class PrismProxy {
  /** Prism, if it is running. */
  static final Optional<PrismProxy> RUNNING =
      Optional.ofNullable(Integer.getInteger("clawdforge.prism.port"))
          .map(port -> new PrismProxy(port, Integer.getInteger("clawdforge.prism.upstream")));

  private static final String EXCHANGE = "X-Exchange";
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "content-length", "date", "transfer-encoding");
  // A body that the document does not describe is ignored, by the server as by HTTP itself.
  private static final String NEEDLESS_BODY = "No supported content types";

  private static final int MOST_BYTES = 100_000;
  private static final String FORM =
      """
      --b
      Content-Disposition: form-data; name="file"; filename="a"
      Content-Type: text/plain

      x
      --b--
      """
          .replace("\n", "\r\n");

  private final int port;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<String, Exchange<?>> pending = new ConcurrentHashMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();

  private PrismProxy(int port, int upstream) {
    this.port = port;
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), upstream), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", this::relay);
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::report, "prism-report"));
  }

  /** A request that is sent when Prism forwards it. */
  private record Exchange<T>(
      HttpClient client,
      HttpRequest request,
      HttpResponse.BodyHandler<T> handler,
      Function<T, String> text,
      CompletableFuture<HttpResponse<T>> answer) {
    void make() throws IOException, InterruptedException {
      try {
        answer.complete(client.send(request, handler));
      } catch (IOException | InterruptedException e) {
        answer.completeExceptionally(e);
        throw e;
      }
    }

    String body() {
      return text.apply(answer.join().body());
    }
  }

  /**
   * The server's answer, checked by Prism.
   *
   * @throws AssertionError if Prism found it to be other than described, or the request, if the
   *     server took it
   */
  <T> HttpResponse<T> send(
      HttpClient direct,
      HttpRequest request,
      HttpResponse.BodyHandler<T> handler,
      Function<T, String> text)
      throws IOException, InterruptedException {
    Optional<String> obstacle = obstacle(request);
    if (obstacle.isPresent()) {
      count("direct: " + obstacle.get());
      return direct.send(request, handler);
    }
    String id = UUID.randomUUID().toString();
    Exchange<T> exchange =
        new Exchange<>(direct, request, handler, text, new CompletableFuture<>());
    pending.put(id, exchange);
    try {
      HttpResponse<String> relayed =
          client.send(forPrism(request, id), HttpResponse.BodyHandlers.ofString());
      if (!exchange.answer().isDone()) {
        return direct(exchange, relayed);
      }
      HttpResponse<T> answer = answer(exchange);
      judge(request, answer.statusCode(), relayed);
      return answer;
    } finally {
      pending.remove(id);
    }
  }

  /** Why Prism would fail, hang or crash on a request. */
  private static Optional<String> obstacle(HttpRequest request) {
    if (request.method().equals("HEAD")) {
      return Optional.of("HEAD, to which it reads JSON that is not there");
    }
    String type = request.headers().firstValue("Content-Type").orElse("");
    if (isForm(type)) {
      return Optional.empty();
    }
    byte[] body = RequestBody.of(request);
    if (body.length > MOST_BYTES) {
      return Optional.of("a body of more than %d bytes".formatted(MOST_BYTES));
    }
    if (body.length > 0
        && type.contains("json")
        && !JsonText.isJson(new String(body, StandardCharsets.UTF_8))) {
      return Optional.of("a body that is no JSON");
    }
    return Optional.empty();
  }

  private static boolean isForm(String type) {
    return type.startsWith("multipart/");
  }

  private HttpRequest forPrism(HttpRequest request, String id) {
    // The document allows a trailing slash, but not in a form that Prism understands.
    String path = request.uri().getRawPath().replaceFirst("(?<=.)/+$", "");
    @Nullable String query = request.uri().getRawQuery();
    HttpRequest.Builder copy =
        HttpRequest.newBuilder(request, (name, value) -> true)
            .uri(URI.create("http://127.0.0.1:" + port + path + (query == null ? "" : "?" + query)))
            .header(EXCHANGE, id);
    if (request.method().equals("GET")) {
      // Prism does not forward the body of a GET, which has no meaning anyway.
      copy.GET();
    } else if (isForm(request.headers().firstValue("Content-Type").orElse(""))) {
      // Prism crashes on the forms that the tests send.
      copy.setHeader("Content-Type", "multipart/form-data; boundary=b")
          .POST(HttpRequest.BodyPublishers.ofString(FORM));
    }
    return copy.build();
  }

  private void relay(HttpExchange asked) throws IOException {
    try (asked) {
      @Nullable Exchange<?> exchange =
          pending.get(String.valueOf(asked.getRequestHeaders().getFirst(EXCHANGE)));
      if (exchange == null) {
        throw new IOException("nobody waits for this");
      }
      asked.getRequestBody().readAllBytes();
      exchange.make();
      HttpResponse<?> answer = exchange.answer().join();
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!OF_THE_CONNECTION.contains(name)) {
                  asked.getResponseHeaders().put(name, values);
                }
              });
      asked.getResponseHeaders().set(EXCHANGE, "");
      byte[] body = exchange.body().getBytes(StandardCharsets.UTF_8);
      asked.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
      asked.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> HttpResponse<T> answer(Exchange<T> exchange)
      throws IOException, InterruptedException {
    try {
      return exchange.answer().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException lost ? lost : new IOException(e);
    }
  }

  // Prism could not read the request, for example because its body is not JSON.
  private <T> HttpResponse<T> direct(Exchange<T> exchange, HttpResponse<String> refusal)
      throws IOException, InterruptedException {
    HttpResponse<T> answer = exchange.client().send(exchange.request(), exchange.handler());
    if (answer.statusCode() < 400) {
      throw new AssertionError(
          "the server took what Prism did not: " + exchange.request() + " " + refusal.body());
    }
    count("direct: refused by Prism with " + refusal.statusCode() + " " + refusal.body());
    return answer;
  }

  private void judge(HttpRequest request, int status, HttpResponse<String> relayed)
      throws IOException {
    if (relayed.statusCode() != status || relayed.headers().firstValue(EXCHANGE).isEmpty()) {
      throw new AssertionError("Prism failed at " + request + ": " + relayed.body());
    }
    Optional<String> header = relayed.headers().firstValue("sl-violations");
    boolean described = true;
    if (header.isPresent()) {
      for (JsonNode violation : mapper.readTree(header.get())) {
        described &= !violation.get("message").textValue().contains("route not found");
        if (!isHarmless(violation, request, status)) {
          throw new AssertionError("%s gets %d: %s".formatted(request, status, violation));
        }
      }
    }
    count(described ? "checked by Prism" : "passed by Prism, no operation: " + request.method());
  }

  // Many tests send requests that the document does not allow. That is a fault only if accepted.
  private static boolean isHarmless(JsonNode violation, HttpRequest request, int status) {
    return violation.at("/location/0").textValue().equals("request")
        && (status >= 400
            || request.method().equals("OPTIONS")
            || violation.get("message").textValue().startsWith(NEEDLESS_BODY));
  }

  private synchronized void count(String what) {
    counts.merge(what.lines().findFirst().orElseThrow(), 1, Integer::sum);
  }

  private synchronized void report() {
    StringBuilder report = new StringBuilder();
    counts.forEach((what, times) -> report.append("%6d %s%n".formatted(times, what)));
    try {
      Files.writeString(Path.of(System.getProperty("clawdforge.prism.report")), report);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

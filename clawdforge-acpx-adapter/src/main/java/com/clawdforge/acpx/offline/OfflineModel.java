package com.clawdforge.acpx.offline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A stand-in for Anthropic's Messages API and OpenAI's Responses API, by default on a free loopback
 * port, which answers from a {@link Script}. Point {@code claude} at it with {@code
 * ANTHROPIC_BASE_URL}, and {@code codex} with a model provider whose {@code base_url} is {@link
 * #baseUrl} and {@code /v1}; any API key is accepted, since credentials are not checked. Safe for
 * any thread.
 *
 * <p>It keeps every request in memory until it is closed, and gives each a virtual thread.
 */
public final class OfflineModel implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String NO_DELAY = "sun.net.httpserver.nodelay";
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private static final ModelReply TITLE =
      ModelReply.text("{\"title\":\"An offline conversation\"}");

  private final Script script;
  private final HttpServer server;
  private final ExecutorService handlers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("offline-model-", 0).factory());
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ModelRequests requests = new ModelRequests();
  private final Signatures signatures = new Signatures();
  private final Optional<StrictRules> rules;

  private final AtomicInteger titleRequests = new AtomicInteger();

  private OfflineModel(Script script, boolean strict, HttpServer server) {
    this.script = script;
    this.rules = strict ? Optional.of(new StrictRules(signatures)) : Optional.empty();
    this.server = server;
  }

  /**
   * Listens on a free port of the loopback interface.
   *
   * @throws UncheckedIOException if there is no free port
   */
  public static OfflineModel start(Script script) {
    return start(script, false, loopback(), 0);
  }

  /**
   * As {@link #start(Script)}, and refuses what Anthropic's Messages API refuses, with a 400 {@code
   * invalid_request_error} in its words. The script is not asked then, but {@link #requests()} has
   * the request, with its {@link ModelRequest#refusal()}, if it is JSON. Requests of the Responses
   * API are not looked at. Refused are:
   *
   * <ul>
   *   <li>half a surrogate pair;
   *   <li>no {@code max_tokens}, or less than 1;
   *   <li>no messages, a first one that is not the user's, roles other than {@code user}, {@code
   *       assistant} and, after the first message, {@code system};
   *   <li>messages without content, empty or blank texts, a last message of the assistant that ends
   *       with white space;
   *   <li>more than 4 {@code cache_control} marks;
   *   <li>tools with a name that is no name or not unique, calls without their result in the user's
   *       next message, results without their call, calls of one id;
   *   <li>thinking with a signature that this model did not give, or at the end of the assistant's
   *       last message;
   *   <li>images that are no base64, of another format than they say, or truncated; PDFs that are
   *       none.
   * </ul>
   */
  public static OfflineModel startStrict(Script script) {
    return start(script, true, loopback(), 0);
  }

  /**
   * Listens on another address. Credentials are not checked: everyone who can reach the address
   * gets answers.
   *
   * @param port 0 for a free one
   * @throws UncheckedIOException if it cannot listen there
   */
  public static OfflineModel start(Script script, InetAddress address, int port) {
    return start(script, false, address, port);
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(LOOPBACK);
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OfflineModel start(Script script, boolean strict, InetAddress address, int port) {
    // Otherwise a delta may wait 40 ms for the acknowledgement of the one before. The property is
    // read once per process, so an earlier choice stays.
    if (System.getProperty(NO_DELAY) == null) {
      System.setProperty(NO_DELAY, "true");
    }
    InetSocketAddress place = new InetSocketAddress(address, port);
    try {
      HttpServer server = HttpServer.create(place, 0);
      OfflineModel model = new OfflineModel(script, strict, server);
      server.createContext("/", model::handle);
      server.setExecutor(model.handlers);
      server.start();
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException("the offline model cannot listen on " + place, e);
    }
  }

  /**
   * Its address as seen from this machine, such as {@code http://127.0.0.1:40123}; without a
   * trailing slash.
   */
  public URI baseUrl() {
    InetSocketAddress place = server.getAddress();
    String host =
        place.getAddress().isAnyLocalAddress() ? "127.0.0.1" : place.getAddress().getHostAddress();
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + place.getPort());
  }

  /**
   * All requests to the model so far, in the order of their arrival; a copy. They include those
   * that Claude's agents make by themselves, for titles and suggestions. Not included are Codex's
   * requests for a title after a session's first turn, which the model answers by itself; see
   * {@link #titleRequests}.
   */
  public List<ModelRequest> requests() {
    return requests.all();
  }

  /** How often Codex asked for a title so far, which it does unless the session has one. */
  public int titleRequests() {
    return titleRequests.get();
  }

  /**
   * Waits for a request and returns the first match; earlier requests count too.
   *
   * @param wanted is called with a lock held, so it must be quick
   * @throws TimeoutException if no request matched in time; the message lists the others
   */
  public ModelRequest awaitRequest(Predicate<ModelRequest> wanted, Duration atMost)
      throws InterruptedException, TimeoutException {
    return requests.await(wanted, atMost);
  }

  /** Closes every connection, even in the middle of a reply. Idempotent. */
  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    handlers.shutdownNow();
    handlers.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String call = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    switch (call) {
      case "POST /v1/messages" -> answer(exchange, Api.MESSAGES);
      case "POST /v1/responses" -> answer(exchange, Api.RESPONSES);
      case "POST /v1/messages/count_tokens" -> countTokens(exchange);
      // claude checks that the API is reachable before each run (agent-facts.md, section 1.1).
      case "HEAD /" -> {
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
      }
      default -> refuse(exchange, Api.MESSAGES, 404, "not_found_error", "no such path: " + call);
    }
  }

  private void answer(HttpExchange exchange, Api api) throws IOException {
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    JsonNode body;
    try {
      body = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      refuse(exchange, api, 400, "invalid_request_error", "not JSON: " + e.getOriginalMessage());
      return;
    }
    if (!body.isObject()) {
      refuse(exchange, api, 400, "invalid_request_error", "the body must be a JSON object");
      return;
    }
    Optional<String> refusal =
        rules.filter(r -> api == Api.MESSAGES).flatMap(r -> r.objection(bytes, body));
    ModelRequest request =
        new ModelRequest(
            api, new Headers(exchange.getRequestHeaders()), body, bytes.length, refusal);
    if (request.isCodexAskingForTitle()) {
      titleRequests.incrementAndGet();
      new Playback(exchange, request, signatures, closed).play(TITLE);
      return;
    }
    requests.add(request);
    if (refusal.isPresent()) {
      refuse(exchange, api, 400, "invalid_request_error", refusal.get());
      return;
    }
    ModelReply reply;
    try {
      reply = script.answer(request);
    } catch (RuntimeException | AssertionError e) {
      refuse(exchange, api, 500, "api_error", "the script failed: " + e);
      return;
    }
    new Playback(exchange, request, signatures, closed).play(reply);
  }

  private static void countTokens(HttpExchange exchange) throws IOException {
    long size = exchange.getRequestBody().readAllBytes().length;
    Playback.send(
        exchange,
        200,
        JsonNodeFactory.instance.objectNode().put("input_tokens", Api.estimatedTokens(size)));
  }

  private static void refuse(
      HttpExchange exchange, Api api, int status, String type, String message) throws IOException {
    exchange.getRequestBody().readAllBytes();
    Playback.send(exchange, status, api.error(type, message));
  }
}

package com.clawdforge.modelproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.model.ModelGrant;
import com.clawdforge.core.model.ModelPrices;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelTokens;
import com.clawdforge.core.model.ModelUser;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is told of each request: whose it was, what the provider counted, what it cost. */
@Timeout(60)
final class MeteredProxyTest {
  private static final ModelUser RUN = new ModelUser(ModelUser.Kind.RUN, "run-1");
  private static final ModelUser SPARE = new ModelUser(ModelUser.Kind.SPARE, "spare-1");
  private static final String START =
      """
      event: message_start
      data: {"type":"message_start","message":{"model":"claude-opus-5",\
      "usage":{"input_tokens":1000,"output_tokens":1}}}

      """;
  private static final String PIECE =
      """
      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}

      """
          .formatted("x".repeat(300));
  private static final String END =
      """
      event: message_delta
      data: {"type":"message_delta","delta":{},"usage":{"output_tokens":200}}

      event: message_stop
      data: {"type":"message_stop"}

      """;
  private static final String BODY =
      "{\"model\":\"claude-opus-5\",\"usage\":{\"input_tokens\":1000,\"output_tokens\":200}}";
  private static final ModelTokens TOKENS = ModelTokens.of(1000, 200);

  private final RecordingWatch watch = new RecordingWatch();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void a_stream_is_counted_before_the_agent_has_its_end() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  OutputStream out = begin(exchange, "text/event-stream; charset=utf-8");
                  write(out, START + PIECE + END);
                  // The agent knows by the last event that it is the last one.
                  read.await();
                });
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(SPARE);
      grant.assign(RUN);
      try (InputStream in = stream(grant).body()) {
        in.readNBytes((START + PIECE + END).length());
        ModelRequest told = watch.now();
        read.countDown();

        assertEquals(RUN, told.user());
        assertEquals(ModelRequest.Outcome.ANSWERED, told.outcome());
        assertEquals(200, told.status());
        assertEquals("claude-opus-5", told.model());
        assertEquals(TOKENS, told.tokens());
        assertFalse(told.estimated());
        assertEquals(ModelPrices.cost("claude-opus-5", TOKENS), told.costUsd());
        Duration firstByte = Objects.requireNonNull(told.firstByte());
        assertTrue(firstByte.compareTo(told.took()) <= 0, told::toString);
        in.readAllBytes();
      }
      assertTrue(watch.isEmpty());
    }
  }

  @Test
  void a_body_of_json_is_counted_too() throws Exception {
    try (TestProvider provider = answering("application/json", BODY);
        ModelProxy proxy = proxy(provider)) {
      ask(proxy.open(RUN), "/v1/messages");

      ModelRequest told = watch.now();
      assertEquals(TOKENS, told.tokens());
      assertFalse(told.estimated());
    }
  }

  @Test
  void what_is_not_charged_costs_nothing() throws Exception {
    try (TestProvider provider = answering("application/json", "{\"input_tokens\":5}");
        ModelProxy proxy = proxy(provider)) {
      watch.money = false;

      ask(proxy.open(RUN), "/v1/messages/count_tokens");

      ModelRequest told = watch.next();
      assertEquals(ModelTokens.NONE, told.tokens());
      assertEquals(0, told.costUsd().signum());
      assertFalse(told.estimated());
    }
  }

  @Test
  void no_answer_is_asked_for_that_could_not_be_read_and_one_that_cannot_is_guessed()
      throws Exception {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(zipped)) {
      out.write(BODY.getBytes(StandardCharsets.UTF_8));
    }
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  exchange.getResponseHeaders().add("Content-Encoding", "gzip");
                  begin(exchange, "application/json").write(zipped.toByteArray());
                });
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      HttpResponse<byte[]> answer =
          client.send(
              request(grant, "/v1/messages").header("Accept-Encoding", "gzip, br").build(),
              HttpResponse.BodyHandlers.ofByteArray());

      assertEquals(zipped.size(), answer.body().length);
      assertEquals(
          List.of("identity"), provider.only().headers().get("Accept-Encoding"), "asked for");
      ModelRequest told = watch.next();
      assertTrue(told.estimated());
      assertTrue(told.tokens().output() >= 1000, told::toString);
      assertTrue(told.costUsd().signum() > 0, told::toString);
    }
  }

  @Test
  void an_error_costs_nothing_and_tells_when_to_ask_again() throws Exception {
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  exchange.getResponseHeaders().add("retry-after", "7");
                  TestProvider.say(exchange, 429, "{\"type\":\"error\"}");
                });
        ModelProxy proxy = proxy(provider)) {
      ask(proxy.open(RUN), "/v1/messages");

      ModelRequest told = watch.next();
      assertEquals(429, told.status());
      assertEquals(
          List.of("api_key retry_after"),
          watch.accounts.stream().map(it -> it.account() + " " + it.limit().window()).toList());
      assertEquals(Duration.ofSeconds(7), told.retryAfter());
      assertEquals(0, told.costUsd().signum());
      assertFalse(told.estimated());
    }
  }

  @Test
  void an_agent_that_goes_away_in_the_middle_pays_for_what_it_has_read() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  OutputStream out = begin(exchange, "text/event-stream");
                  try {
                    write(out, START);
                    for (; ; ) {
                      write(out, PIECE);
                    }
                  } catch (IOException cut) {
                    gone.countDown();
                  }
                });
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      try (Socket socket =
          new Socket(InetAddress.getLoopbackAddress(), grant.baseUrl().getPort())) {
        socket.getOutputStream().write(head(grant));
        socket.getInputStream().readNBytes(10_000);
      }
      assertTrue(gone.await(20, TimeUnit.SECONDS));

      ModelRequest told = watch.next();
      assertEquals(ModelRequest.Outcome.BROKEN_OFF, told.outcome());
      assertTrue(told.estimated());
      assertEquals(1000, told.tokens().input());
      assertTrue(told.tokens().output() >= 9_000 / 400 * 300 / 3, told::toString);
    }
  }

  @Test
  void what_a_grant_has_cost_is_told_when_it_is_closed_with_a_request_under_way() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  exchange.getRequestBody().readAllBytes();
                  asked.countDown();
                  never.await();
                });
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      CompletableFuture<?> answer =
          client.sendAsync(
              request(grant, "/v1/messages")
                  .POST(HttpRequest.BodyPublishers.ofString("x".repeat(3_000)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertTrue(asked.await(20, TimeUnit.SECONDS));

      grant.close();

      ModelRequest told = watch.now();
      assertEquals(ModelRequest.Outcome.BROKEN_OFF, told.outcome());
      assertEquals(1000, told.tokens().input());
      assertTrue(told.estimated());
      assertNull(told.firstByte());
      assertThrows(Exception.class, () -> answer.get(20, TimeUnit.SECONDS));
    }
    assertTrue(watch.isEmpty());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void an_agent_that_goes_away_before_the_first_byte_ends_its_request() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    try (RawProvider provider =
            RawProvider.start(
                (body, answer) -> {
                  asked.countDown();
                  // Until nobody is there any more.
                  while (body.read() >= 0) {}
                  ended.countDown();
                });
        ModelProxy proxy =
            new ModelProxy(new Upstream(provider.url(), "key", null), Api.MESSAGES, watch)) {
      ModelGrant grant = proxy.open(RUN);
      try (Socket socket =
          new Socket(InetAddress.getLoopbackAddress(), grant.baseUrl().getPort())) {
        socket.getOutputStream().write(head(grant));
        assertTrue(asked.await(20, TimeUnit.SECONDS));
        assertFalse(ended.await(2, TimeUnit.SECONDS), "it is there");
      }

      assertTrue(ended.await(20, TimeUnit.SECONDS));
      assertEquals(ModelRequest.Outcome.BROKEN_OFF, watch.next().outcome());
    }
  }

  @Test
  void a_provider_that_is_not_there_costs_nothing() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (ModelProxy proxy =
        new ModelProxy(
            new Upstream(URI.create("http://127.0.0.1:" + free), "key", null),
            Api.MESSAGES,
            watch)) {
      ModelGrant grant = proxy.open(RUN);
      assertThrows(IOException.class, () -> ask(grant, "/v1/messages"));

      ModelRequest told = watch.next();
      assertEquals(ModelRequest.Outcome.BROKEN_OFF, told.outcome());
      assertEquals(0, told.status());
      assertEquals(0, told.costUsd().signum());
    }
  }

  @Test
  void without_money_the_next_request_is_refused_and_goes_nowhere() throws Exception {
    try (TestProvider provider = answering("application/json", BODY);
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      assertEquals(200, ask(grant, "/v1/messages").statusCode());
      watch.money = false;

      HttpResponse<String> refused = ask(grant, "/v1/messages");

      assertEquals(402, refused.statusCode());
      assertTrue(refused.body().contains("\"type\":\"billing_error\""), refused::body);
      assertEquals("false", refused.headers().firstValue("x-should-retry").orElse(""));
      assertEquals(1, provider.received.size());
      assertEquals(ModelRequest.Outcome.ANSWERED, watch.next().outcome());
      assertEquals(ModelRequest.notSent(RUN, ModelRequest.Outcome.NO_MONEY), watch.next());
      watch.money = true;
      assertEquals(200, ask(grant, "/v1/messages").statusCode());
    }
  }

  @Test
  void a_request_has_to_wait_if_those_under_way_may_take_all_that_is_left() throws Exception {
    List<BigDecimal> underWay = new CopyOnWriteArrayList<>();
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  underWay.addAll(watch.underWay);
                  write(begin(exchange, "application/json"), BODY);
                });
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      HttpRequest sent =
          request(grant, "/v1/messages")
              .POST(HttpRequest.BodyPublishers.ofString(" ".repeat(3_000)))
              .build();
      client.send(sent, HttpResponse.BodyHandlers.ofString());
      assertEquals(
          List.of(ModelPrices.cost("claude-opus-5", ModelTokens.of(1_000, 2_000))), underWay);
      watch.next();
      assertEquals(List.of(), watch.underWay);
      watch.room = false;

      HttpResponse<String> waits = ask(grant, "/v1/messages");

      assertEquals(429, waits.statusCode());
      assertEquals("5", waits.headers().firstValue("retry-after").orElse(""));
      assertEquals(ModelRequest.notSent(RUN, ModelRequest.Outcome.REFUSED), watch.next());
      assertEquals(1, provider.received.size());
      assertEquals(200, ask(grant, "/v1/messages/count_tokens").statusCode());
      assertEquals(List.of(), watch.underWay);
    }
  }

  @Test
  void a_request_after_the_end_of_its_work_is_told_once_as_refused() throws Exception {
    try (TestProvider provider = answering("application/json", BODY);
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      grant.close();

      assertEquals(401, ask(grant, "/v1/messages").statusCode());

      assertEquals(ModelRequest.notSent(RUN, ModelRequest.Outcome.REFUSED), watch.next());
      assertEquals(List.of(), provider.received);
    }
  }

  @Test
  void a_watch_that_fails_changes_nothing() throws Exception {
    try (TestProvider provider = answering("application/json", BODY);
        ModelProxy proxy =
            new ModelProxy(
                new Upstream(provider.url(), "key", null),
                Api.MESSAGES,
                told -> {
                  throw new IllegalStateException("as a test wants it");
                })) {
      assertEquals(BODY, ask(proxy.open(RUN), "/v1/messages").body());
    }
  }

  private ModelProxy proxy(TestProvider provider) {
    return new ModelProxy(new Upstream(provider.url(), "key", null), Api.MESSAGES, watch);
  }

  private static TestProvider answering(String type, String body) throws IOException {
    return TestProvider.start(exchange -> write(begin(exchange, type), body));
  }

  private static OutputStream begin(HttpExchange exchange, String type) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static byte[] head(ModelGrant grant) {
    return ("POST /v1/messages HTTP/1.1\r\nHost: "
            + grant.baseUrl().getAuthority()
            + "\r\nx-api-key: "
            + grant.secret()
            + "\r\nContent-Length: 0\r\n\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private HttpResponse<String> ask(ModelGrant grant, String path)
      throws IOException, InterruptedException {
    return client.send(request(grant, path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<InputStream> stream(ModelGrant grant)
      throws IOException, InterruptedException {
    return client.send(
        request(grant, "/v1/messages").build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private static HttpRequest.Builder request(ModelGrant grant, String path) {
    return HttpRequest.newBuilder(URI.create(grant.baseUrl() + path))
        .header("x-api-key", grant.secret())
        .POST(HttpRequest.BodyPublishers.ofString("{}"));
  }
}

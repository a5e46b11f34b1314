package com.clawdforge.modelproxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.model.ModelGrant;
import com.clawdforge.core.model.ModelUser;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How bodies pass: piece by piece, in any size, and cut off where one side is cut off. */
@Timeout(60)
final class ModelStreamTest {
  private static final ModelUser RUN = new ModelUser(ModelUser.Kind.RUN, "run-1");
  private static final int LARGE = 20 << 20;
  private static final int MANY = 100;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void each_piece_of_an_answer_arrives_before_the_next_is_written() throws Exception {
    Semaphore next = new Semaphore(1);
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  OutputStream out = begin(exchange);
                  for (int i = 0; i < 20; i++) {
                    next.acquire();
                    out.write('0' + i);
                    out.flush();
                  }
                });
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      try (InputStream in = stream(grant).body()) {
        for (int i = 0; i < 20; i++) {
          assertEquals('0' + i, in.read());
          next.release();
        }
        assertEquals(-1, in.read());
      }
    }
  }

  @Test
  void each_piece_of_a_request_arrives_before_the_next_is_written() throws Exception {
    Semaphore arrived = new Semaphore(0);
    try (RawProvider provider =
            RawProvider.start(
                (body, answer) -> {
                  for (int next = body.read(); next >= 0; next = body.read()) {
                    if (next >= 'a') {
                      arrived.release();
                    }
                  }
                });
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), "key", null))) {
      ModelGrant grant = proxy.open(RUN);
      try (Socket socket =
          new Socket(InetAddress.getLoopbackAddress(), grant.baseUrl().getPort())) {
        OutputStream out = socket.getOutputStream();
        out.write(head("POST", grant, "Transfer-Encoding: chunked\r\n"));
        for (char piece = 'x'; piece <= 'z'; piece++) {
          out.write(("1\r\n" + piece + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
          out.flush();
          assertTrue(arrived.tryAcquire(20, TimeUnit.SECONDS), "piece " + piece);
        }
      }
    }
  }

  @Test
  void bodies_of_twenty_mebibytes_pass_both_ways_with_and_without_a_length() throws Exception {
    byte[] body = new byte[LARGE];
    new Random(7).nextBytes(body);
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  byte[] read = exchange.getRequestBody().readAllBytes();
                  boolean chunked = exchange.getRequestHeaders().containsKey("Transfer-Encoding");
                  exchange.sendResponseHeaders(200, chunked ? 0 : read.length);
                  exchange.getResponseBody().write(read);
                });
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      for (HttpRequest.BodyPublisher publisher :
          List.of(
              HttpRequest.BodyPublishers.ofByteArray(body),
              HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))) {
        HttpResponse<byte[]> answer =
            client.send(
                request(grant).POST(publisher).build(), HttpResponse.BodyHandlers.ofByteArray());

        assertEquals(200, answer.statusCode());
        assertArrayEquals(body, answer.body());
      }
      assertEquals(
          List.of(false, true),
          provider.received.stream()
              .map(request -> request.headers().containsKey("Transfer-Encoding"))
              .toList());
    }
  }

  @Test
  void a_hundred_requests_are_under_way_at_once() throws Exception {
    CountDownLatch all = new CountDownLatch(MANY);
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  all.countDown();
                  all.await();
                  TestProvider.say(exchange, 200, exchange.getRequestURI().getQuery());
                });
        ModelProxy proxy = proxy(provider)) {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        ModelGrant grant = proxy.open(RUN);
        answers.add(
            client.sendAsync(
                HttpRequest.newBuilder(URI.create(grant.baseUrl() + "/v1/messages?n=" + i))
                    .header("x-api-key", grant.secret())
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString()));
      }
      for (int i = 0; i < MANY; i++) {
        assertEquals("n=" + i, answers.get(i).get().body());
      }
    }
  }

  @Test
  void one_grant_has_so_many_requests_under_way_and_no_more() throws Exception {
    CountDownLatch full = new CountDownLatch(Grant.MOST_UNDER_WAY);
    Semaphore answers = new Semaphore(0);
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  full.countDown();
                  answers.acquire();
                  TestProvider.say(exchange, 200, "hello");
                });
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      List<CompletableFuture<HttpResponse<String>>> first = new ArrayList<>();
      for (int i = 0; i < Grant.MOST_UNDER_WAY; i++) {
        first.add(client.sendAsync(request(grant).build(), HttpResponse.BodyHandlers.ofString()));
      }
      assertTrue(full.await(20, TimeUnit.SECONDS));

      HttpResponse<String> refused =
          client.send(request(grant).build(), HttpResponse.BodyHandlers.ofString());
      assertEquals(429, refused.statusCode());
      assertEquals("1", refused.headers().firstValue("retry-after").orElse(""));
      assertTrue(refused.body().contains("\"type\":\"rate_limit_error\""), refused.body());

      answers.release(MANY);
      assertEquals(200, send(proxy.open(RUN)));
      for (CompletableFuture<HttpResponse<String>> each : first) {
        assertEquals(200, each.get().statusCode());
      }
      assertEquals(200, send(grant));
    }
  }

  private int send(ModelGrant grant) throws IOException, InterruptedException {
    return client.send(request(grant).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Test
  void connections_to_the_provider_are_used_again() throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy proxy = proxy(provider)) {
      for (int i = 0; i < 10; i++) {
        ModelGrant grant = proxy.open(RUN);
        try (InputStream in = stream(grant).body()) {
          assertEquals("hello", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
      }

      assertEquals(10, provider.received.size());
      assertEquals(1, provider.connections.size());
    }
  }

  @Test
  void an_agent_that_goes_away_ends_the_request_to_the_provider() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (TestProvider provider = dripping(ended);
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      try (Socket socket =
          new Socket(InetAddress.getLoopbackAddress(), grant.baseUrl().getPort())) {
        socket.getOutputStream().write(head("POST", grant, "Content-Length: 0\r\n"));
        assertEquals('H', socket.getInputStream().read());
      }

      assertTrue(ended.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void a_grant_that_is_closed_cuts_its_requests_off() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (TestProvider provider = dripping(ended);
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      try (InputStream in = stream(grant).body()) {
        assertEquals('x', in.read());

        grant.close();

        assertThrows(IOException.class, in::readAllBytes);
      }
      assertTrue(ended.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void a_request_that_is_not_answered_yet_ends_with_its_grant() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  asked.countDown();
                  never.await();
                });
        ModelProxy proxy = proxy(provider)) {
      ModelGrant grant = proxy.open(RUN);
      CompletableFuture<?> answer =
          client.sendAsync(request(grant).build(), HttpResponse.BodyHandlers.ofString());
      assertTrue(asked.await(20, TimeUnit.SECONDS));

      grant.close();

      assertThrows(Exception.class, () -> answer.get(20, TimeUnit.SECONDS));
      assertTrue(answer.isCompletedExceptionally());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Le"
      })
  void an_answer_that_the_provider_cuts_off_is_cut_off(String part) throws Exception {
    try (RawProvider provider =
            RawProvider.start(
                (body, answer) -> answer.write(part.getBytes(StandardCharsets.ISO_8859_1)));
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), "key", null))) {
      ModelGrant grant = proxy.open(RUN);

      assertThrows(
          IOException.class,
          () -> {
            try (InputStream in = stream(grant).body()) {
              in.readAllBytes();
            }
          });
    }
  }

  @Test
  void a_provider_that_is_not_there_is_a_connection_that_breaks_off() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (ModelProxy proxy =
        new ModelProxy(new Upstream(URI.create("http://127.0.0.1:" + free), "key", null))) {
      ModelGrant grant = proxy.open(RUN);

      assertThrows(IOException.class, () -> stream(grant));
    }
  }

  // Writes until nobody reads any more.
  private static TestProvider dripping(CountDownLatch ended) throws IOException {
    return TestProvider.start(
        exchange -> {
          OutputStream out = begin(exchange);
          try {
            for (; ; ) {
              out.write(new byte[] {'x', 'x', 'x', 'x'});
              out.flush();
              Thread.onSpinWait();
            }
          } catch (IOException gone) {
            ended.countDown();
          }
        });
  }

  private static OutputStream begin(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  private static byte[] head(String method, ModelGrant grant, String more) {
    return (method
            + " /v1/messages HTTP/1.1\r\nHost: "
            + grant.baseUrl().getAuthority()
            + "\r\nx-api-key: "
            + grant.secret()
            + "\r\n"
            + more
            + "\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static ModelProxy proxy(TestProvider provider) {
    return new ModelProxy(new Upstream(provider.url(), "key", null));
  }

  private static HttpRequest.Builder request(ModelGrant grant) {
    return HttpRequest.newBuilder(URI.create(grant.baseUrl() + "/v1/messages"))
        .header("x-api-key", grant.secret())
        // The JDK's client repeats a GET by itself when its connection breaks off.
        .POST(HttpRequest.BodyPublishers.ofString("{}"));
  }

  private HttpResponse<InputStream> stream(ModelGrant grant)
      throws IOException, InterruptedException {
    return client.send(request(grant).build(), HttpResponse.BodyHandlers.ofInputStream());
  }
}

package com.clawdforge.modelproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.model.ModelGrant;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.ModelWatch;
import com.sun.net.httpserver.Headers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the proxy lets through, and what the provider and the agent see of it. */
@Timeout(60)
final class ModelProxyTest {
  private static final String KEY = "sk-ant-the-real-key";
  private static final String TOKEN = "sk-ant-oat-the-real-token";
  private static final ModelUser RUN = new ModelUser(ModelUser.Kind.RUN, "run-1");

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void the_key_takes_the_place_of_the_secret_and_little_else_changes() throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), KEY, null))) {
      ModelGrant grant = proxy.open(RUN);
      HttpResponse<String> answer =
          client.send(
              request(grant, "/v1/messages?beta=true")
                  .header("x-api-key", grant.secret())
                  .header("Authorization", "Bearer sk-ant-of-the-agents-own")
                  .header("Cookie", "a=b")
                  .header("X-Forwarded-For", "1.2.3.4")
                  .header("Forwarded", "for=1.2.3.4")
                  .header("User-Agent", "claude-cli/2")
                  .header("Accept-Encoding", "gzip, br")
                  .header("anthropic-beta", "one")
                  .POST(HttpRequest.BodyPublishers.ofString("{}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertEquals("200 hello", answer.statusCode() + " " + answer.body());
      TestProvider.Received seen = provider.only();
      assertEquals("POST /v1/messages?beta=true", seen.method() + " " + seen.uri());
      assertEquals(List.of(KEY), seen.headers().get("x-api-key"));
      assertEquals(List.of("claude-cli/2"), seen.headers().get("User-Agent"));
      // What is compressed could not be counted on its way.
      assertEquals(List.of("identity"), seen.headers().get("Accept-Encoding"));
      assertEquals(List.of("one"), seen.headers().get("anthropic-beta"));
      assertEquals(List.of(provider.url().getAuthority()), seen.headers().get("Host"));
      for (String name :
          List.of("Authorization", "Cookie", "X-Forwarded-For", "Forwarded", "Via")) {
        assertNull(seen.headers().get(name), name);
      }
      assertFalse(seen.toString().contains(grant.secret()));
    }
  }

  @Test
  void a_token_takes_the_place_of_the_secret_where_the_agent_has_shown_it() throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), KEY, TOKEN))) {
      ModelGrant grant = proxy.open(RUN);

      ask(grant, "/v1/messages", "Authorization", "Bearer " + grant.secret());
      ask(grant, "/v1/messages", "x-api-key", grant.secret());

      assertEquals(
          List.of("Bearer " + TOKEN), provider.received.get(0).headers().get("Authorization"));
      assertNull(provider.received.get(0).headers().get("x-api-key"));
      assertEquals(List.of(KEY), provider.received.get(1).headers().get("x-api-key"));
      assertNull(provider.received.get(1).headers().get("Authorization"));
    }
  }

  @Test
  void each_header_with_a_live_secret_gets_its_own_credential_and_the_other_goes()
      throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy both = new ModelProxy(new Upstream(provider.url(), KEY, TOKEN));
        ModelProxy token = new ModelProxy(new Upstream(provider.url(), null, TOKEN))) {
      ModelGrant grant = both.open(RUN);
      String other = both.open(RUN).secret();
      ModelGrant ofToken = token.open(RUN);

      assertEquals(
          "[" + KEY + "] [Bearer " + TOKEN + "]",
          sent(provider, grant, grant.secret(), grant.secret()));
      assertEquals("[" + KEY + "] null", sent(provider, grant, grant.secret(), other));
      assertEquals("[" + KEY + "] null", sent(provider, grant, grant.secret(), "sk-of-its-own"));
      assertEquals("null [Bearer " + TOKEN + "]", sent(provider, grant, "sk-own", grant.secret()));
      assertEquals(
          "null [Bearer " + TOKEN + "]", sent(provider, ofToken, ofToken.secret(), "sk-own"));
    }
  }

  private String sent(TestProvider provider, ModelGrant grant, String key, String bearer)
      throws IOException, InterruptedException {
    client.send(
        request(grant, "/v1/models")
            .header("x-api-key", key)
            .header("Authorization", "Bearer " + bearer)
            .build(),
        HttpResponse.BodyHandlers.discarding());
    Headers seen = provider.received.getLast().headers();
    return seen.get("x-api-key") + " " + seen.get("Authorization");
  }

  @Test
  void the_path_of_the_providers_address_goes_before_each_request() throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy proxy =
            new ModelProxy(new Upstream(URI.create(provider.url() + "/gateway/"), KEY, null))) {
      ModelGrant grant = proxy.open(RUN);

      ask(grant, "/v1/messages", "x-api-key", grant.secret());

      assertEquals("/gateway/v1/messages", provider.only().uri().toString());
    }
  }

  @Test
  void errors_of_the_provider_pass_as_they_are_and_cookies_do_not() throws Exception {
    try (TestProvider provider =
            TestProvider.start(
                exchange -> {
                  exchange.getResponseHeaders().add("retry-after", "30");
                  exchange.getResponseHeaders().add("request-id", "req_1");
                  exchange
                      .getResponseHeaders()
                      .add("anthropic-ratelimit-unified-status", "rejected");
                  exchange.getResponseHeaders().add("Set-Cookie", "a=b");
                  exchange.getResponseHeaders().add("Content-Encoding", "gzip");
                  TestProvider.say(exchange, 429, "not unpacked");
                });
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), KEY, null))) {
      ModelGrant grant = proxy.open(RUN);

      HttpResponse<String> answer = ask(grant, "/v1/messages", "x-api-key", grant.secret());

      assertEquals("429 not unpacked", answer.statusCode() + " " + answer.body());
      assertEquals(Optional.of("30"), answer.headers().firstValue("retry-after"));
      assertEquals(Optional.of("req_1"), answer.headers().firstValue("request-id"));
      assertEquals(Optional.of("gzip"), answer.headers().firstValue("content-encoding"));
      assertEquals(
          Optional.of("rejected"),
          answer.headers().firstValue("anthropic-ratelimit-unified-status"));
      assertEquals(Optional.empty(), answer.headers().firstValue("set-cookie"));
      assertEquals(Optional.empty(), answer.headers().firstValue("server"));
    }
  }

  @Test
  void without_the_secret_of_a_live_grant_nothing_is_forwarded() throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), KEY, null))) {
      ModelGrant grant = proxy.open(RUN);
      ModelGrant over = proxy.open(RUN);
      over.close();

      assertEquals(401, ask(grant, "/v1/messages", "x-other", "none").statusCode());
      assertEquals(401, ask(grant, "/v1/messages", "x-api-key", KEY).statusCode());
      assertEquals(401, ask(grant, "/v1/messages", "Authorization", "Bearer ").statusCode());
      assertEquals(401, ask(grant, "/v1/messages", "Authorization", grant.secret()).statusCode());
      HttpResponse<String> late = ask(grant, "/v1/messages", "x-api-key", over.secret());
      assertEquals(401, late.statusCode());
      assertTrue(late.body().contains("\"type\":\"authentication_error\""), late.body());
      assertTrue(late.body().contains("over"), late.body());
      assertEquals(401, ask(grant, "/v1/messages", "x-api-key", over.secret()).statusCode());
      assertEquals(List.of(), provider.received);

      assertEquals(200, ask(grant, "/v1/messages", "x-api-key", grant.secret()).statusCode());
    }
  }

  @Test
  void a_secret_has_at_least_256_bits_of_its_own() throws Exception {
    try (ModelProxy proxy =
        new ModelProxy(new Upstream(URI.create("http://localhost"), KEY, null))) {
      ModelGrant one = proxy.open(RUN);
      ModelGrant other = proxy.open(RUN);

      assertTrue(Pattern.matches("cf_model_[A-Za-z0-9_-]{43}", one.secret()));
      assertNotEquals(one.secret(), other.secret());
      assertFalse(one.toString().contains(one.secret()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/../admin HTTP/1.1",
        "GET /v1/%2e%2e/admin HTTP/1.1",
        "GET /v1/..;/admin HTTP/1.1",
        "GET /v1/a/./b HTTP/1.1",
        "GET /v1//messages HTTP/1.1",
        "GET //v1/messages HTTP/1.1",
        "GET /v1/a%2fb HTTP/1.1",
        "GET /v1\\messages HTTP/1.1",
        "GET /v1/ HTTP/1.1",
        "GET / HTTP/1.1",
        "GET /admin HTTP/1.1",
        "POST /v1/messages?a=\"b HTTP/1.1",
        "POST /v1/messages?a=% HTTP/1.1",
        "POST /v1/messages?a=%4 HTTP/1.1",
        "POST /v1/messages?a=%4g HTTP/1.1",
        "POST /v1/messages/ HTTP/1.1",
        "POST /v1/messages;a=b HTTP/1.1",
        "POST /v1/messages/batches HTTP/1.1",
        "POST /api/oauth/claude_cli/create_api_key HTTP/1.1",
        "GET /api/oauth/profile HTTP/1.1",
        "GET /v1/files HTTP/1.1",
        "POST /v1/files HTTP/1.1",
        "GET /v1/messages HTTP/1.1",
        "HEAD /v1/messages HTTP/1.1",
        "POST /v1/models HTTP/1.1",
        "GET /v1/models/ HTTP/1.1",
        "GET /v1/models/.. HTTP/1.1",
        "GET /v1/models/%2e%2e HTTP/1.1",
        "GET /v1/models/a/b HTTP/1.1",
        "GET http://example.com/v1/messages HTTP/1.1",
        "CONNECT example.com:443 HTTP/1.1",
        "TRACE /v1/messages HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "DELETE /v1/messages HTTP/1.1",
      })
  void what_agents_do_not_ask_for_is_refused(String line) throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), KEY, null))) {
      ModelGrant grant = proxy.open(RUN);

      String answer = raw(grant, line, grant.baseUrl().getAuthority());

      assertTrue(answer.matches("HTTP/1.1 4\\d\\d .*"), answer);
      assertEquals(List.of(), provider.received);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/messages",
        "POST /v1/messages?beta=true&a=%4A%4b/?",
        "POST /v1/messages/count_tokens?beta=true",
        "GET /v1/models",
        "GET /v1/models?limit=20",
        "GET /v1/models/claude-sonnet-4@2025:0.1_x",
      })
  void what_agents_ask_for_is_forwarded_as_it_is(String asked) throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), KEY, null))) {
      ModelGrant grant = proxy.open(RUN);

      String answer = raw(grant, asked + " HTTP/1.1", grant.baseUrl().getAuthority());

      assertEquals("HTTP/1.1 200 OK", answer);
      assertEquals(asked, provider.only().method() + " " + provider.only().uri());
    }
  }

  @Test
  void a_long_path_or_query_is_an_answer_and_no_error_of_the_server() throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), KEY, null))) {
      ModelGrant grant = proxy.open(RUN);
      String host = grant.baseUrl().getAuthority();

      assertEquals(
          "HTTP/1.1 404 Not Found",
          raw(grant, "GET /v1" + "/a".repeat(30_000) + " HTTP/1.1", host));
      assertEquals(
          "HTTP/1.1 200 OK",
          raw(grant, "GET /v1/models?a=" + "%41b".repeat(14_000) + " HTTP/1.1", host));
    }
  }

  @Test
  void a_request_that_the_client_cannot_make_is_refused() throws Exception {
    Grants grants = new Grants();
    Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server.setHandler(
        new ModelHandler(
            new Upstream(URI.create("http://localhost"), KEY, null),
            Api.MESSAGES,
            grants,
            new Outages(w -> {}),
            ModelWatch.NONE) {
          @Override
          protected HttpURI rewriteHttpURI(Request request) {
            throw new IllegalArgumentException("no address");
          }
        });
    server.start();
    try {
      ModelGrant grant =
          grants.open(URI.create("http://127.0.0.1:" + server.getURI().getPort()), RUN);

      assertEquals(400, ask(grant, "/v1/messages", "x-api-key", grant.secret()).statusCode());
    } finally {
      server.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"100-continue", "200-ok"})
  void a_request_that_expects_something_is_refused(String expected) throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), KEY, null))) {
      ModelGrant grant = proxy.open(RUN);

      String answer =
          raw(
              grant,
              "POST /v1/messages HTTP/1.1\r\nContent-Length: 2\r\nExpect: " + expected,
              grant.baseUrl().getAuthority());

      assertTrue(answer.startsWith("HTTP/1.1 417 "), answer);
      assertEquals(List.of(), provider.received);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"example.com", "localhost:1", "127.0.0.1", "evil@127.0.0.1"})
  void a_request_for_another_host_is_refused(String host) throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), KEY, null))) {
      ModelGrant grant = proxy.open(RUN);

      String answer = raw(grant, "GET /v1/models HTTP/1.1", host);

      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      assertEquals(List.of(), provider.received);
    }
  }

  @Test
  void the_look_whether_anybody_is_there_costs_no_request() throws Exception {
    try (TestProvider provider = TestProvider.saying("hello");
        ModelProxy proxy = new ModelProxy(new Upstream(provider.url(), KEY, null))) {
      ModelGrant grant = proxy.open(RUN);

      String answer = raw(grant, "HEAD / HTTP/1.1", grant.baseUrl().getAuthority());

      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertEquals(List.of(), provider.received);
    }
  }

  @Test
  void only_loopback_is_listened_on_and_nothing_after_the_end() throws Exception {
    ModelProxy proxy = new ModelProxy(new Upstream(URI.create("http://localhost"), KEY, null));
    ModelGrant grant;
    try (proxy) {
      grant = proxy.open(RUN);
      assertEquals("127.0.0.1", grant.baseUrl().getHost());
    }

    assertThrows(
        IOException.class,
        () -> new Socket(InetAddress.getLoopbackAddress(), grant.baseUrl().getPort()).close());
    assertThrows(IOException.class, () -> proxy.open(RUN));
  }

  @Test
  void an_address_that_is_none_and_a_missing_credential_are_refused() {
    for (String url : List.of("ftp://a", "http://u:p@a", "http://a/?q", "http:///x", "nothing")) {
      assertThrows(
          IllegalArgumentException.class, () -> new Upstream(URI.create(url), KEY, null), url);
    }
    assertThrows(
        IllegalArgumentException.class, () -> new Upstream(URI.create("http://a"), null, null));
    assertFalse(new Upstream(URI.create("http://a"), KEY, TOKEN).toString().contains("sk-"));
  }

  private static HttpRequest.Builder request(ModelGrant grant, String path) {
    return HttpRequest.newBuilder(URI.create(grant.baseUrl() + path));
  }

  private HttpResponse<String> ask(ModelGrant grant, String path, String name, String value)
      throws IOException, InterruptedException {
    return client.send(
        request(grant, path)
            .header(name, value)
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String raw(ModelGrant grant, String line, @Nullable String host)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), grant.baseUrl().getPort())) {
      String request =
          line
              + "\r\nHost: "
              + host
              + "\r\nx-api-key: "
              + grant.secret()
              + "\r\nConnection: close\r\n\r\n";
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      return String.valueOf(answer.readLine());
    }
  }
}

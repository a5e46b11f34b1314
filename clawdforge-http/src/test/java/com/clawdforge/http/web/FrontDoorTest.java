package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrontDoorTest {
  private static final List<String> PROBLEM =
      List.of("type", "title", "status", "detail", "ok", "code", "error", "request_id");

  @Test
  void health_needs_no_bearer_and_has_its_fields_in_order() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String answer = forge.raw("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

      assertTrue(
          answer.endsWith(
              "{\"ok\":true,\"claude_present\":true,\"claude_version\":\"2.1.197 (Claude Code)\","
                  + "\"acpx_present\":false,\"acpx_version\":null,\"open_sessions\":3,"
                  + "\"version\":\"0.1.0\",\"uptime_secs\":42}"),
          answer);
      assertFalse(answer.contains("Server:"), answer);
    }
  }

  @Test
  void an_observer_that_throws_keeps_no_request_from_its_answer_and_its_end() throws Exception {
    List<String> ended = new CopyOnWriteArrayList<>();
    RequestObserver lacking =
        request -> {
          throw new NoClassDefFoundError("for the log only");
        };
    RequestObserver broken =
        request ->
            end -> {
              throw new IllegalStateException("for the log only");
            };
    for (RequestObserver observer :
        List.of(
            lacking,
            broken,
            RequestObserver.all(
                List.of(lacking, request -> end -> ended.add(request.method()), broken)))) {
      TestServer.Setup setup = TestServer.setup();
      setup.requests = observer;
      long began;
      try (TestServer forge = setup.start()) {
        assertEquals(200, forge.get("/healthz").statusCode());
        began = System.nanoTime();
      }
      // The drain would wait for a request that is still counted.
      assertTrue(Duration.ofNanos(System.nanoTime() - began).toSeconds() < 4);
    }
    assertEquals(List.of("GET"), ended);
  }

  @Test
  void requests_are_served_on_virtual_threads() throws Exception {
    AtomicBoolean virtual = new AtomicBoolean();
    TestServer.Setup setup = TestServer.setup();
    setup.health =
        () -> {
          virtual.set(Thread.currentThread().isVirtual());
          return TestServer.HEALTH;
        };
    try (TestServer forge = setup.start()) {
      assertEquals(200, forge.get("/healthz").statusCode());
      assertTrue(virtual.get());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "trace-1._X"})
  void a_good_request_id_comes_back(String id) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.send(forge.to("/nowhere").header("X-Request-Id", id));

      assertEquals(id, answer.headers().firstValue("X-Request-Id").orElseThrow());
      assertEquals(id, forge.json(answer).get("request_id").textValue());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"two words", "a/b", "ä"})
  void a_bad_request_id_is_replaced(String id) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.send(forge.to("/runs").header("X-Request-Id", id));
      HttpResponse<String> tooLong =
          forge.send(forge.to("/runs").header("X-Request-Id", "x".repeat(129)));

      assertTrue(
          answer.headers().firstValue("X-Request-Id").orElseThrow().matches("[0-9a-f-]{36}"));
      assertNotEquals(
          answer.headers().firstValue("X-Request-Id"),
          tooLong.headers().firstValue("X-Request-Id"));
    }
  }

  @ParameterizedTest
  @CsvSource({"'',", "Authorization: Basic abc,", "Authorization: Bearer cf_unknown,"})
  void a_request_without_a_known_bearer_reveals_nothing(String header) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String answer =
          forge.raw(
              "GET /runs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                  + (header.isEmpty() ? "" : header + "\r\n")
                  + "\r\n");

      assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
      assertTrue(answer.contains("WWW-Authenticate: Bearer\r\n"), answer);
      assertTrue(answer.contains("\"code\":\"unauthenticated\""), answer);
    }
  }

  @Test
  void of_two_authorizations_none_counts_though_both_be_good_and_the_same() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      List<RouteTable.Route> closed =
          forge.server.routes().stream()
              .filter(route -> route.access() != RouteTable.Access.OPEN)
              .toList();

      assertTrue(closed.size() > 20, closed::toString);
      for (RouteTable.Route route : closed) {
        String good = route.access() == RouteTable.Access.APP ? forge.token : TestServer.ADMIN;
        for (String other : List.of(good, "cf_unknown")) {
          String answer =
              forge.raw(
                  route.method()
                      + " "
                      + route.path().replaceAll("\\{[^}]+}", "x")
                      + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n"
                      + "Authorization: Bearer "
                      + good
                      + "\r\nauthorization: Bearer "
                      + other
                      + "\r\n\r\n");

          assertTrue(answer.startsWith("HTTP/1.1 400 "), route + answer);
          assertTrue(answer.contains("\"code\":\"malformed_request\""), answer);
          assertTrue(answer.contains("one Authorization header"), answer);
        }
      }
    }
  }

  @Test
  void the_bearer_is_looked_at_before_the_body() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer =
          forge.send(forge.post("/run", "{").setHeader("Authorization", "Bearer cf_unknown"));

      assertEquals(401, answer.statusCode());
    }
  }

  @Test
  void a_large_body_does_not_swallow_the_answer_to_a_bad_bearer() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer =
          forge.send(
              forge
                  .to("/run")
                  .setHeader("Authorization", "Bearer cf_unknown")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[20 << 20])));

      assertEquals(401, answer.statusCode());
    }
  }

  @ParameterizedTest
  @CsvSource({"GET, /nowhere", "POST, /runs/a/b/c", "GET, /metric", "GET, /session", "BREW, /x"})
  void a_path_that_is_not_there_is_a_problem_like_any_other(String method, String path)
      throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer =
          forge.send(
              forge
                  .to(path)
                  .header("Accept", "text/html")
                  .method(method, HttpRequest.BodyPublishers.noBody()));

      assertEquals(404, answer.statusCode());
      assertEquals(PROBLEM, forge.members(answer));
      assertEquals("urn:clawdforge:error:not_found", forge.json(answer).get("type").textValue());
      assertEquals("Not found", forge.json(answer).get("title").textValue());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/run|POST, OPTIONS",
        "DELETE|/runs|GET, HEAD, OPTIONS",
        "BEFORE|/files|GET, POST, HEAD, OPTIONS",
        "PUT|/admin/tokens|GET, POST, HEAD, OPTIONS",
      })
  void another_method_gets_the_allowed_ones(String method, String path, String allowed)
      throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      for (String accept : List.of("*/*", "text/html")) {
        HttpResponse<String> answer =
            forge.send(
                forge
                    .to(path)
                    .header("Accept", accept)
                    .method(method, HttpRequest.BodyPublishers.noBody()));

        assertEquals(405, answer.statusCode());
        assertEquals(PROBLEM, forge.members(answer));
        assertEquals("method_not_allowed", forge.json(answer).get("code").textValue());
        assertEquals(allowed, answer.headers().firstValue("Allow").orElseThrow());
      }
    }
  }

  @Test
  void options_tell_the_methods_and_head_the_head() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> options =
          forge.send(forge.to("/files").method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
      HttpResponse<String> head = forge.send(forge.to("/runs").HEAD());
      HttpResponse<String> stranger =
          forge.send(forge.to("/runs").HEAD().setHeader("Authorization", "Bearer no"));

      assertEquals(204, options.statusCode());
      assertTrue(options.headers().firstValue("Content-Type").isEmpty());
      assertEquals("POST, GET, HEAD, OPTIONS", options.headers().firstValue("Allow").orElseThrow());
      assertEquals(200, head.statusCode());
      assertEquals("", head.body());
      assertEquals(
          Integer.toString(forge.get("/runs").body().length()),
          head.headers().firstValue("Content-Length").orElseThrow());
      assertEquals(401, stranger.statusCode());
    }
  }

  @Test
  void a_slash_at_the_end_makes_no_difference() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      assertEquals(200, forge.get("/runs/").statusCode());
      assertEquals(200, forge.send(forge.post("/run/", "{\"prompt\":\"p\"}")).statusCode());
    }
  }

  @Test
  void a_header_changes_neither_the_method_nor_the_way_to_the_routes() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> overridden =
          forge.send(forge.to("/runs").header("X-HTTP-Method-Override", "DELETE"));
      HttpResponse<String> socket =
          forge.send(
              forge
                  .to("/runs")
                  .header("Sec-WebSocket-Version", "13")
                  .setHeader("Authorization", "Bearer no"));

      assertEquals(200, overridden.statusCode());
      assertEquals(401, socket.statusCode());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /runs/%zz HTTP/1.1\r\nHost: x\r\n",
        "GET /runs HTTP/1.1\r\n",
        "GET /runs HTTP/1.1\r\nHost: x\r\nHost: y\r\n",
        "GET /runs HTTP/1.1\r\nHost: x\r\nbad header\r\n",
        "POST /run HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
      })
  void what_is_no_http_is_a_problem_too(String request) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String answer = forge.raw(request + "Connection: close\r\n\r\n");

      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      assertTrue(answer.contains("Content-Type: application/problem+json"), answer);
      assertTrue(answer.contains("\"code\":\"malformed_request\""), answer);
      assertTrue(answer.contains("X-Request-Id: "), answer);
      assertFalse(answer.contains("Server:"), answer);
    }
  }

  @Test
  void huge_headers_are_refused() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String answer =
          forge.raw("GET /runs HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(20_000) + "\r\n\r\n");

      assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
      assertTrue(answer.contains("\"status\":431"), answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"runtime", "error"})
  void a_bug_is_500_without_a_word_of_its_own(String kind) throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.health =
        () -> {
          if (kind.equals("error")) {
            throw new StackOverflowError("inner secret");
          }
          throw new IllegalStateException("inner secret");
        };
    try (TestServer forge = setup.start()) {
      HttpResponse<String> answer = forge.get("/healthz");

      assertEquals(500, answer.statusCode());
      assertEquals(PROBLEM, forge.members(answer));
      assertEquals("internal_error", forge.json(answer).get("code").textValue());
      assertFalse(answer.body().contains("secret"));
      assertFalse(answer.body().contains("Exception"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "forge.example|200",
        "FORGE.example:8800|200",
        "forge.example.|200",
        "localhost:1234|200",
        "127.0.0.1|200",
        "127.9.9.9:80|200",
        "[::1]:8800|200",
        "10.0.0.5:8800|200",
        "evil.example|421",
        "forge.example.evil|421",
        "10.0.0.6|421",
        "[::2]|421",
        "127.0.0.1.evil|421",
      })
  void with_a_list_of_hosts_any_other_is_misdirected(String host, int status) throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.hosts = List.of("forge.example", "10.0.0.5:8800");
    try (TestServer forge = setup.start()) {
      String answer =
          forge.raw("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

      assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
      assertEquals(status == 421, answer.contains("\"code\":\"misdirected_request\""));
    }
  }

  @Test
  void a_misdirected_request_does_not_reveal_the_servers_state() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.hosts = List.of("localhost");
    try (TestServer forge = setup.start()) {
      for (String path : List.of("/healthz", "/readyz", "/docs", "/openapi.yaml", "/nowhere")) {
        String answer =
            forge.raw(
                "GET " + path + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 421 "), answer);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Only the right-most address is set by the trusted proxy; clients can forge the others.
        "127.0.0.1, 203.0.113.9|403",
        "203.0.113.9|403",
        "198.51.100.7|200",
        "::ffff:198.51.100.7|200",
        "::ffff:203.0.113.9|403",
        "203.0.113.9, 198.51.100.7|200",
        // The caller is unknown: it must not count as the proxy, which may call from loopback.
        "garbage|403",
        "203.0.113.9:4711|403",
        "unknown|403",
      })
  void a_trusted_proxy_says_where_a_call_comes_from(String forwarded, int status) throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.proxies = List.of("127.0.0.1/32");
    setup.allowed = List.of("198.51.100.0/24");
    try (TestServer forge = setup.start()) {
      for (String path : List.of("/runs", "/healthz")) {
        HttpResponse<String> answer =
            forge.send(forge.to(path).header("X-Forwarded-For", forwarded));

        assertEquals(status, answer.statusCode(), path);
      }
      int unknownPath =
          forge.send(forge.to("/nowhere").header("X-Forwarded-For", forwarded)).statusCode();
      assertEquals(status == 200 ? 404 : status, unknownPath);
    }
  }

  @Test
  void several_forwarding_headers_are_read_as_one() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.proxies = List.of("127.0.0.1");
    try (TestServer forge = setup.start()) {
      HttpResponse<String> answer =
          forge.send(
              forge
                  .to("/runs")
                  .header("X-Forwarded-For", "127.0.0.1")
                  .header("X-Forwarded-For", "203.0.113.9"));

      assertEquals(403, answer.statusCode());
      assertEquals("address_not_allowed", forge.json(answer).get("code").textValue());
      assertEquals(
          "calls from 203.0.113.9 are not allowed", forge.json(answer).get("detail").textValue());
    }
  }

  @Test
  void only_a_trusted_proxy_may_forward_an_address() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer =
          forge.send(forge.to("/runs").header("X-Forwarded-For", "203.0.113.9"));

      assertEquals(200, answer.statusCode());
    }
  }

  @Test
  void a_token_may_be_bound_to_addresses() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.proxies = List.of("127.0.0.1");
    setup.allowed = List.of("0.0.0.0/0");
    try (TestServer forge = setup.start()) {
      String bound = "Bearer " + forge.mint("bound", "10.0.0.0/8");

      int inside =
          forge
              .send(
                  forge
                      .to("/runs")
                      .setHeader("Authorization", bound)
                      .header("X-Forwarded-For", "::ffff:10.1.2.3"))
              .statusCode();
      int outside =
          forge
              .send(
                  forge
                      .to("/runs")
                      .setHeader("Authorization", bound)
                      .header("X-Forwarded-For", "11.1.2.3"))
              .statusCode();

      assertEquals(200, inside);
      assertEquals(403, outside);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, 422, limit",
    "limit=201, 422, limit",
    "limit=x, 422, limit",
    "limit=, 422, limit",
    "cursor=, 400,",
    "cursor=!!, 400,",
    "cursor=YWJj, 400,",
    "cursor=LTE, 400,",
    "limit=%25%zz, 400,",
  })
  void a_list_is_asked_for_in_parts_that_there_are(String query, int status, String field)
      throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      for (String path : List.of("/runs", "/files", "/admin/runs", "/admin/tokens")) {
        String bearer = path.startsWith("/admin") ? TestServer.ADMIN : forge.token;
        String answer =
            forge.raw(
                "GET "
                    + path
                    + "?"
                    + query
                    + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                    + bearer
                    + "\r\n\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertEquals(
            Optional.ofNullable(field).isPresent(), answer.contains("\"field\":\"limit\""));
      }
    }
  }

  @Test
  void a_problem_of_a_value_names_the_field_after_the_detail() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      HttpResponse<String> answer = forge.run("{}");

      assertEquals(
          List.of(
              "type", "title", "status", "detail", "field", "ok", "code", "error", "request_id"),
          forge.members(answer));
      JsonNode problem = forge.json(answer);
      assertEquals(problem.get("detail"), problem.get("error"));
      assertFalse(problem.get("ok").booleanValue());
    }
  }

  @Test
  void an_http_version_that_is_not_spoken_is_the_peers_mistake() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      String answer = forge.raw("GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n");

      assertTrue(answer.startsWith("HTTP/1.1 505 "), answer);
      assertTrue(answer.contains("\"code\":\"malformed_request\""), answer);
    }
  }
}

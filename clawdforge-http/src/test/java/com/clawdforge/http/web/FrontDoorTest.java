package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import com.clawdforge.http.ops.Health;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrontDoorTest {
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
  void health_names_the_programs_that_were_not_tested() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.health =
        () ->
            new Health(
                true,
                "2.1.340",
                true,
                "0.19.1",
                0,
                "0.1.0",
                42,
                List.of("claude 2.1.340"),
                "landlock",
                "model");
    try (TestServer forge = setup.start()) {
      String answer = forge.get("/healthz").body();

      assertTrue(
          answer.endsWith(
              "\"uptime_secs\":42,\"untested\":[\"claude 2.1.340\"],\"isolation\":\"landlock\","
                  + "\"network\":\"model\"}"),
          answer);
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
          forge.raw("GET /docs HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

      assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
      assertEquals(status == 421, answer.contains("\"code\":\"misdirected_request\""));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/healthz|10.0.0.6:8800|200",
        "/readyz|10.0.0.6|200",
        "/healthz|[fd00::7]:8800|200",
        "/healthz|evil.example|421",
        "/readyz|10.0.0.6.evil|421",
        "/metrics|10.0.0.6|421",
        "/openapi.yaml|10.0.0.6|421",
      })
  void monitoring_may_call_by_address(String path, String host, int status) throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.hosts = List.of("localhost");
    try (TestServer forge = setup.start()) {
      String answer =
          forge.raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

      assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"10.1.2.3|200", "10.2.2.3|403"})
  void monitoring_from_elsewhere_needs_an_address_that_may_call(String from, int status)
      throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.proxies = List.of("127.0.0.1");
    setup.allowed = List.of("10.1.0.0/16");
    try (TestServer forge = setup.start()) {
      for (String path : List.of("/healthz", "/readyz")) {
        HttpResponse<String> answer = forge.send(forge.to(path).header("X-Forwarded-For", from));
        assertEquals(status, answer.statusCode(), path);
      }
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
}

package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that a proxy on this machine passed on, without being trusted to name the caller. */
final class UntrustedProxyTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"})
  void an_app_is_answered_and_the_operator_warned_once(String header) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      assertEquals(200, forge.send(proxied(forge, "/runs", header)).statusCode());
      assertEquals(200, forge.send(proxied(forge, "/healthz", header)).statusCode());
    }

    String log = written.toString(StandardCharsets.UTF_8);
    List<String> warnings = log.lines().filter(line -> line.contains(" WARN ")).toList();
    assertEquals(1, warnings.size(), log);
    assertTrue(warnings.getFirst().contains("CLAWDFORGE_TRUSTED_PROXIES"), log);
    assertTrue(warnings.getFirst().contains("CLAWDFORGE_UNTRUSTED_PROXY"), log);
  }

  @Test
  void what_depends_on_the_address_is_refused() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.scrapers = List.of("127.0.0.0/8");
    try (TestServer forge = setup.start()) {
      String bound = forge.mint("bound", "10.0.0.0/8");

      assertRefused(forge, forge.admin(proxied(forge, "/admin/tokens", "Via")));
      assertRefused(forge, forge.send(proxied(forge, "/metrics", "Via")));
      assertRefused(
          forge,
          forge.send(proxied(forge, "/runs", "Via").setHeader("Authorization", "Bearer " + bound)));
      assertEquals(200, forge.admin(forge.to("/admin/tokens")).statusCode());
      assertEquals(200, forge.get("/metrics").statusCode());
      assertEquals(
          200,
          forge.send(forge.to("/runs").setHeader("Authorization", "Bearer " + bound)).statusCode());
    }
  }

  @Test
  void metrics_with_the_administrators_bearer_do_not_depend_on_the_address() throws Exception {
    TestServer.Setup listed = TestServer.setup();
    listed.scrapers = List.of("127.0.0.0/8");
    for (TestServer.Setup setup : List.of(TestServer.setup(), listed)) {
      try (TestServer forge = setup.start()) {
        assertEquals(200, forge.admin(proxied(forge, "/metrics", "Via")).statusCode());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/runs", "/healthz", "/metrics", "/admin/tokens", "/nowhere"})
  void everything_is_refused_if_the_operator_wants_that(String path) throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.refuseUntrustedProxies = true;
    try (TestServer forge = setup.start()) {
      assertRefused(forge, forge.admin(proxied(forge, path, "Forwarded")));
      assertEquals(200, forge.get("/runs").statusCode());
    }
  }

  @Test
  void a_trusted_proxy_is_no_reason_to_warn_if_it_names_the_caller() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    setup.proxies = List.of("127.0.0.1");
    setup.refuseUntrustedProxies = true;
    try (TestServer forge = setup.start()) {
      HttpRequest.Builder named =
          forge.to("/admin/tokens").header("Via", "1.1 proxy").header("X-Forwarded-For", "::1");
      assertEquals(200, forge.admin(named).statusCode());
      assertRefused(forge, forge.admin(proxied(forge, "/admin/tokens", "Via")));
    }
  }

  private static HttpRequest.Builder proxied(TestServer forge, String path, String header) {
    String value = header.equals("X-Forwarded-For") ? "203.0.113.9" : "for=203.0.113.9";
    return forge.to(path).header(header, value);
  }

  private static void assertRefused(TestServer forge, HttpResponse<String> answer)
      throws Exception {
    assertEquals(403, answer.statusCode(), answer.body());
    assertEquals("address_not_allowed", forge.json(answer).get("code").textValue());
    String detail = forge.json(answer).get("detail").textValue();
    assertTrue(detail.contains("CLAWDFORGE_TRUSTED_PROXIES"), detail);
  }
}

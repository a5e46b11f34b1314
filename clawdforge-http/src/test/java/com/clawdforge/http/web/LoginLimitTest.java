package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failed authentications are limited per address, and nobody is locked out by a neighbour. */
final class LoginLimitTest {
  private static final String ELSEWHERE = "203.0.113.9";
  private static final String NEXT_TO_IT = "203.0.113.10";

  private final TestServer forge = server();

  private static TestServer server() {
    TestServer.Setup setup = TestServer.setup();
    setup.proxies = List.of("127.0.0.1");
    setup.allowed = List.of("203.0.113.0/24");
    return setup.start();
  }

  @AfterEach
  void stop() {
    forge.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/runs", "/admin/tokens", "/metrics", "/run"})
  void the_eleventh_failure_of_a_minute_is_429(String path) throws Exception {
    for (int i = 0; i < 10; i++) {
      assertEquals(401, guess(path, ELSEWHERE).statusCode());
    }
    HttpResponse<String> limited = guess(path, ELSEWHERE);

    assertEquals(429, limited.statusCode());
    assertEquals("rate_limited", forge.json(limited).get("code").textValue());
    int wait = Integer.parseInt(limited.headers().firstValue("Retry-After").orElseThrow());
    assertTrue(wait >= 1 && wait <= 6, limited.headers()::toString);
    assertEquals("false", limited.headers().firstValue("x-should-retry").orElseThrow());
  }

  @Test
  void a_right_bearer_passes_from_an_address_that_is_limited() throws Exception {
    exhaust(ELSEWHERE);

    assertEquals(200, forge.send(from(ELSEWHERE, "/runs")).statusCode());
    assertEquals(200, forge.admin(from(ELSEWHERE, "/admin/tokens")).statusCode());
  }

  @Test
  void callers_behind_a_trusted_proxy_are_limited_one_by_one() throws Exception {
    exhaust(ELSEWHERE);

    assertEquals(401, guess("/runs", NEXT_TO_IT).statusCode());
  }

  private void exhaust(String address) throws Exception {
    for (int i = 0; i < 10; i++) {
      guess("/runs", address);
    }
    assertEquals(429, guess("/runs", address).statusCode());
  }

  private HttpResponse<String> guess(String path, String address) throws Exception {
    HttpRequest.Builder request = from(address, path).setHeader("Authorization", "Bearer cf_guess");
    return forge.send(
        path.equals("/run")
            ? request
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\":\"p\"}"))
            : request);
  }

  private HttpRequest.Builder from(String address, String path) {
    return forge.to(path).header("X-Forwarded-For", address);
  }
}

package com.clawdforge.http.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LandingRoutesTest {
  private final TestServer forge = TestServer.setup().start();

  @AfterEach
  void stop() {
    forge.close();
  }

  private HttpRequest.Builder stranger(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forge.port() + path))
        .timeout(TestServer.PATIENCE);
  }

  @Test
  void a_browser_gets_a_page_that_loads_nothing() throws Exception {
    HttpResponse<String> page =
        forge.send(stranger("/").header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"));

    assertEquals(200, page.statusCode());
    assertEquals(Optional.of("text/html;charset=utf-8"), page.headers().firstValue("Content-Type"));
    assertTrue(
        page.headers()
            .firstValue("Content-Security-Policy")
            .orElseThrow()
            .startsWith("default-src 'none'; "));
    for (String path : new String[] {"docs", "openapi.yaml", "healthz", "readyz"}) {
      assertTrue(page.body().contains("href=\"" + path + "\""), page.body());
      assertEquals(200, forge.send(stranger("/" + path)).statusCode());
    }
    assertFalse(page.body().contains("<script"), page.body());
    assertFalse(page.body().contains(TestServer.HEALTH.version()), page.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "application/json"})
  void other_clients_get_the_addresses(String accept) throws Exception {
    HttpResponse<String> answer = forge.send(stranger("/").header("Accept", accept));

    assertEquals(
        "{\"ok\":true,\"name\":\"clawdforge\",\"docs\":\"/docs\",\"description\":\"/openapi.yaml\","
            + "\"health\":\"/healthz\",\"readiness\":\"/readyz\"}",
        answer.body());
    assertEquals(Optional.of("Accept"), answer.headers().firstValue("Vary"));
  }

  @Test
  void a_path_that_is_none_is_named_with_the_page_of_all_paths() throws Exception {
    HttpResponse<String> answer = forge.send(stranger("/v1/messages?q=secret"));

    assertEquals(404, answer.statusCode());
    assertEquals(
        "there is no path /v1/messages; /docs lists all that there are",
        forge.json(answer).get("detail").textValue());
  }

  @Test
  void a_path_that_is_none_is_cut_and_shows_no_bearer() throws Exception {
    String cut = forge.send(stranger("/" + "x".repeat(500))).body();
    String bearer = forge.send(stranger("/run/" + forge.token)).body();

    assertTrue(cut.contains("xxx...; /docs"), cut);
    assertTrue(cut.length() < 700, cut);
    assertFalse(bearer.contains(forge.token), bearer);
    assertTrue(bearer.contains("/run/***"), bearer);
  }

  @Test
  void another_method_is_told_those_that_there_are() throws Exception {
    HttpResponse<String> answer = forge.get("/run");

    assertEquals(405, answer.statusCode());
    String allow = answer.headers().firstValue("Allow").orElseThrow();
    assertTrue(allow.contains("POST"), allow);
    assertEquals(
        "this path has other methods: " + allow, forge.json(answer).get("detail").textValue());
  }
}

package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CorsTest {
  private static final String OURS = "https://app.example";

  private static TestServer allowing(String... origins) {
    TestServer.Setup setup = TestServer.setup();
    setup.origins = List.of(origins);
    return setup.start();
  }

  private static HttpResponse<String> preflight(TestServer forge, String path, String origin)
      throws Exception {
    return forge.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forge.port() + path))
            .timeout(TestServer.PATIENCE)
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "authorization,content-type")
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/run", "/sessions/x/turn", "/nowhere"})
  void a_preflight_of_a_listed_origin_is_answered_without_a_bearer(String path) throws Exception {
    try (TestServer forge = allowing(OURS, "http://localhost:3000")) {
      HttpResponse<String> answer = preflight(forge, path, OURS);

      assertEquals(204, answer.statusCode());
      HttpHeaders headers = answer.headers();
      assertEquals(Optional.of(OURS), headers.firstValue("Access-Control-Allow-Origin"));
      assertEquals(Optional.of("Origin"), headers.firstValue("Vary"));
      assertEquals(Optional.empty(), headers.firstValue("Access-Control-Allow-Credentials"));
      assertTrue(
          headers.firstValue("Access-Control-Allow-Methods").orElseThrow().contains("DELETE"));
      String allowed = headers.firstValue("Access-Control-Allow-Headers").orElseThrow();
      for (String name :
          List.of(
              "Authorization",
              "Content-Type",
              "Idempotency-Key",
              "Last-Event-ID",
              "Accept",
              "X-Request-Id")) {
        assertTrue(List.of(allowed.split(", ")).contains(name), allowed);
      }
    }
  }

  @Test
  void a_page_of_a_listed_origin_can_read_answers_and_refusals() throws Exception {
    try (TestServer forge = allowing(OURS)) {
      HttpResponse<String> answer =
          forge.run("{\"prompt\":\"p\",\"x\":1}", r -> r.header("Origin", OURS));
      HttpResponse<String> refused =
          forge.send(
              forge.to("/runs").setHeader("Authorization", "Bearer wrong").header("Origin", OURS));

      assertEquals(401, refused.statusCode());
      for (HttpResponse<String> each : List.of(answer, refused)) {
        assertEquals(Optional.of(OURS), each.headers().firstValue("Access-Control-Allow-Origin"));
      }
      String exposed = answer.headers().firstValue("Access-Control-Expose-Headers").orElseThrow();
      for (String name :
          List.of(
              "X-Clawdforge-Ignored",
              "X-Clawdforge-Run-Id",
              "Location",
              "Content-Location",
              "Idempotent-Replay",
              "Retry-After",
              "X-Request-Id")) {
        assertTrue(List.of(exposed.split(", ")).contains(name), exposed);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://app.example.evil", "http://app.example", "null"})
  void another_origin_gets_no_permission(String origin) throws Exception {
    try (TestServer forge = allowing(OURS)) {
      HttpResponse<String> preflight = preflight(forge, "/run", origin);
      HttpResponse<String> answer =
          forge.run("{\"prompt\":\"p\"}", r -> r.header("Origin", origin));

      assertEquals(200, answer.statusCode());
      for (HttpResponse<String> each : List.of(preflight, answer)) {
        assertEquals(Optional.empty(), each.headers().firstValue("Access-Control-Allow-Origin"));
        assertEquals(Optional.of("Origin"), each.headers().firstValue("Vary"));
      }
    }
  }

  @Test
  void a_star_allows_every_origin_and_never_credentials() throws Exception {
    try (TestServer forge = allowing("*")) {
      HttpResponse<String> answer = preflight(forge, "/run", "https://any.example");

      assertEquals(Optional.of("*"), answer.headers().firstValue("Access-Control-Allow-Origin"));
      assertEquals(
          Optional.empty(), answer.headers().firstValue("Access-Control-Allow-Credentials"));
    }
  }

  @Test
  void without_origins_no_answer_speaks_of_them() throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      for (HttpResponse<String> each :
          List.of(
              preflight(forge, "/run", OURS),
              forge.run("{\"prompt\":\"p\"}", r -> r.header("Origin", OURS)))) {
        assertTrue(
            each.headers().map().keySet().stream()
                .noneMatch(name -> name.startsWith("access-control-") || name.equals("vary")),
            each.headers().map().toString());
      }
    }
  }
}

package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed requests, and bugs of the server. */
final class MalformedRequestTest {
  private static final List<String> PROBLEM =
      List.of("type", "title", "status", "detail", "ok", "code", "error", "request_id");

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

package com.clawdforge.http.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths, methods, and the bearer that each route needs. */
final class RouteTableTest {
  private static final List<String> PROBLEM =
      List.of("type", "title", "status", "detail", "ok", "code", "error", "request_id");

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
}

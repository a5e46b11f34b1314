package com.clawdforge.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.clawdforge.http.kit.TestServer;
import com.clawdforge.http.web.RouteTable;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects of another token are answered like objects that do not exist. */
final class TenancyTest {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)}");
  private static final String BODY = "{\"prompt\":\"p\"}";

  /** The objects of an app. */
  private record Things(String run, String session, String file) {
    static Things madeBy(TestServer forge) throws Exception {
      String run = forge.run(BODY).headers().firstValue("X-Clawdforge-Run-Id").orElseThrow();
      String session = forge.open();
      forge.turn(session, BODY);
      return new Things(run, session, forge.upload("a", "x"));
    }

    /** Ids of the same form that do not exist. */
    Things nobodys() {
      return new Things(
          run.replaceAll("[0-9a-f]", "0"),
          session.replaceAll("[0-9a-f]", "0"),
          "ff_" + "0".repeat(file.length() - 3));
    }

    String in(String template) {
      return PARAMETER.matcher(template).replaceAll(m -> Matcher.quoteReplacement(of(m.group(1))));
    }

    private String of(String parameter) {
      return switch (parameter) {
        case "run_id" -> run;
        case "session_id" -> session;
        case "file_token" -> file;
        // A turn's index counts within its session; the session's id is the secret.
        case "turn_index" -> "1";
        default -> throw new AssertionError("teach this test to make a " + parameter);
      };
    }

    /** A text about these ids, with the other ids in their place. */
    String as(Things others, String text) {
      return text.replace(run, others.run)
          .replace(session, others.session)
          .replace(file, others.file);
    }
  }

  static List<RouteTable.Route> routesWithIds() {
    try (TestServer forge = TestServer.setup().start()) {
      return forge.server.routes().stream()
          .filter(route -> route.access() == RouteTable.Access.APP && route.path().contains("{"))
          .toList();
    }
  }

  @Test
  void the_routes_with_ids_include_those_of_runs_files_sessions_and_turns() {
    List<String> paths = routesWithIds().stream().map(RouteTable.Route::path).toList();

    assertFalse(paths.isEmpty());
    for (String path :
        List.of(
            "/runs/{run_id}/cancel",
            "/files/{file_token}",
            "/sessions/{session_id}/turn",
            "/sessions/{session_id}/turns/{turn_index}/events")) {
      assertEquals(true, paths.contains(path), path);
    }
  }

  @ParameterizedTest
  @MethodSource("routesWithIds")
  void every_route_with_an_id(RouteTable.Route route) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      Things things = Things.madeBy(forge);
      String other = forge.mint("other");
      for (String accept : List.of("application/json", "text/event-stream")) {
        Request request = new Request(route.method().name(), route.path(), accept, BODY);
        assertAlike(forge, other, request, things);

        HttpResponse<String> own = ofOwner(request).send(forge, forge.token, things);
        assertNotEquals(404, own.statusCode(), "its owner finds it, or this says nothing");
        things = Things.madeBy(forge);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"/run", "/sessions/SESSION/turn"})
  void files_of_another_token_in_a_body(String path) throws Exception {
    try (TestServer forge = TestServer.setup().start()) {
      Things things = Things.madeBy(forge);
      String other = forge.mint("other");
      String session =
          forge
              .json(
                  forge.send(
                      forge.post("/sessions", "{}").setHeader("Authorization", "Bearer " + other)))
              .get("session_id")
              .textValue();
      String body = "{\"prompt\":\"p\",\"files\":[\"{file_token}\"]}";

      assertAlike(
          forge,
          other,
          new Request("POST", path.replace("SESSION", session), "application/json", body),
          things);
    }
  }

  // The stream of a session lasts as long as the session: its head alone tells that it was found.
  private static Request ofOwner(Request request) {
    return request.path().equals("/sessions/{session_id}/events")
        ? new Request("HEAD", request.path(), request.accept(), "")
        : request;
  }

  private static void assertAlike(TestServer forge, String other, Request request, Things things)
      throws Exception {
    HttpResponse<String> theirs = request.send(forge, other, things);
    HttpResponse<String> nobodys = request.send(forge, other, things.nobodys());

    assertEquals(404, theirs.statusCode(), theirs.body());
    assertEquals(nobodys.statusCode(), theirs.statusCode());
    assertEquals(nobodys.body(), things.as(things.nobodys(), theirs.body()));
    assertEquals(headers(nobodys), headers(theirs));
  }

  private record Request(String method, String path, String accept, String body) {
    HttpResponse<String> send(TestServer forge, String token, Things things) throws Exception {
      return forge.send(
          forge
              .to(things.in(path))
              .setHeader("Authorization", "Bearer " + token)
              .header("Accept", accept)
              .header("Content-Type", "application/json")
              .header("X-Request-Id", "same")
              .method(method, HttpRequest.BodyPublishers.ofString(things.in(body))));
    }
  }

  private static Map<String, List<String>> headers(HttpResponse<String> response) {
    Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
    headers.remove("date");
    return headers;
  }
}

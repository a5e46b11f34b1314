package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class SessionCommandTest extends SessionCommandFixture {
  private static final String TOOL = tool("tool_call", "\"title\":\"ls\",\"kind\":\"execute\"");

  @Test
  void a_new_session_is_its_id_alone_so_that_a_script_can_take_it() throws Exception {
    assertEquals(0, session("new"), err::toString);

    assertEquals("s1", out.toString().strip());
    assertEquals("", err.toString());
    assertEquals("{}", server.asked("POST /sessions").text());
  }

  @Test
  void all_that_a_session_can_be_is_sent() throws Exception {
    assertEquals(
        0,
        session(
            "new",
            "--agent",
            "codex",
            "--model",
            "m",
            "--system",
            "s",
            "--system-mode",
            "replace",
            "--permissions",
            "{\"default\":\"deny\"}",
            "--network",
            "model",
            "--allowed-tool",
            "Read",
            "--allowed-tool",
            "Edit",
            "--max-turns",
            "3",
            "--meta",
            "{\"a\":1}",
            "--json"),
        err::toString);

    assertEquals(
        new JsonMapper()
            .readTree(
                "{\"agent\":\"codex\",\"model\":\"m\",\"system\":\"s\",\"system_mode\":\"replace\","
                    + "\"permissions\":{\"default\":\"deny\"},\"network\":\"model\",\"allowed_tools\":[\"Read\",\"Edit\"],"
                    + "\"max_turns\":3,\"meta\":{\"a\":1}}"),
        server.asked("POST /sessions").json());
    assertEquals(new JsonMapper().readTree(SESSION), Cli.json(out.toString()));
  }

  @Test
  void a_mode_of_permissions_is_sent_as_it_is_typed() throws Exception {
    session("new", "--permissions", "approve-reads");

    assertEquals(
        "approve-reads", server.asked("POST /sessions").json().path("permissions").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "--meta, nonsense, --meta is not JSON",
    "--meta, 3, --meta must be a JSON object",
    "--permissions, {, --permissions is not JSON"
  })
  void invalid_json_is_reported_before_anything_is_sent(String option, String text, String told) {
    assertEquals(2, session("new", option, text));

    assertTrue(err.toString().startsWith("clawdforge: " + told), err.toString());
    assertEquals(1, err.toString().lines().count(), err.toString());
    assertEquals(List.of(), server.lines());
  }

  @Test
  void the_events_of_a_turn_are_shown_from_its_beginning() {
    server.streams(
        "GET /sessions/s1/turns/1/events", sse(said("a"), TOOL, said("b")) + end("end_turn"));

    assertEquals(0, session("events", "s1", "1"), err::toString);
    assertEquals("a\nb\n", out.toString());

    out.getBuffer().setLength(0);
    assertEquals(0, session("events", "s1", "1", "--json"), err::toString);
    List<String> lines = List.of(out.toString().split("\n", -1));
    assertEquals(
        List.of(said("a"), said("b"), ""), List.of(lines.get(0), lines.get(2), lines.getLast()));
  }

  @Test
  void the_events_of_the_last_turn_are_shown_if_none_is_named() {
    server
        .on(
            "GET /sessions/s1/turns?limit=1",
            200,
            "{\"turns\":[{\"session_id\":\"s1\",\"turn_index\":7,\"state\":\"completed\",\"created_at\":1795238000}],"
                + "\"next_cursor\":\"c\"}")
        .streams(
            "GET /sessions/s1/turns/7/events",
            (sse(said("seven")) + end("end_turn"))
                .replace("id: 1.", "id: 7.")
                .replace("\"turn_index\":1", "\"turn_index\":7"));

    assertEquals(0, session("events", "s1"), err::toString);
    assertEquals("seven\n", out.toString());

    server.on("GET /sessions/s1/turns?limit=1", 200, "{\"turns\":[],\"next_cursor\":null}");
    assertEquals(1, session("events", "s1"));
    assertTrue(err.toString().contains("the session has no turn yet"), err::toString);
  }

  private void listed(String... sessions) {
    server.on(
        "GET /sessions?include_closed=true&limit=200",
        200,
        "{\"sessions\":[" + String.join(",", sessions) + "],\"next_cursor\":null}");
  }

  private static String named(String id, String name, boolean open) {
    String session =
        SESSION
            .replace("\"s1\"", "\"" + id + "\"")
            .replace("\"meta\":{}", "\"meta\":{\"name\":\"" + name + "\"}");
    return open ? session : session.replace("\"closed_at\":null", "\"closed_at\":1795238001");
  }

  @Test
  void a_name_is_kept_in_meta_and_listed() throws Exception {
    assertEquals(0, session("new", "--name", "build", "--meta", "{\"a\":1}"), err::toString);
    assertEquals(
        "{\"a\":1,\"name\":\"build\"}",
        server.asked("POST /sessions").json().path("meta").toString());
    assertEquals(2, session("new", "--name", "my build"));

    out.getBuffer().setLength(0);
    server.on(
        "GET /sessions?include_closed=false&limit=200",
        200,
        "{\"sessions\":[" + named("s1", "build", true) + "],\"next_cursor\":null}");
    assertEquals(0, session("list"), err::toString);
    assertTrue(out.toString().endsWith(", build\n"), out::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"build", "0b9c", "0b9c-1"})
  void a_session_is_found_by_its_name_or_the_beginning_of_its_id(String given) {
    String session = named("0b9c-1", "build", true);
    listed(named("0b9c-0", "build", false), named("aaaa-0", "other", true), session);
    server
        .on("GET /sessions/0b9c-1", 200, session)
        .on("DELETE /sessions/0b9c-1", 200, "{\"ok\":true}")
        .streams("POST /sessions/0b9c-1/turn", sse(said("yes")) + end("end_turn"));

    assertEquals(0, session("turn", given, "hi"), err::toString);
    assertEquals(0, session("close", given), err::toString);

    assertEquals("yes\n0b9c-1 is closed\n", out.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"build", "0b9c"})
  void two_candidates_are_one_line_and_nothing_is_done(String given) {
    listed(named("0b9c-0", "build", true), named("0b9c-1", "build", true));

    assertEquals(2, session("close", given));

    String line = err.toString().strip();
    assertEquals(1, line.lines().count(), line);
    assertTrue(line.contains("'" + given + "' may be 0b9c-0 (build, open"), line);
    assertTrue(line.contains(" or 0b9c-1 (build, open"), line);
  }

  @Test
  void three_characters_of_an_id_are_too_few() {
    listed(named("0b9c-1", "build", true));

    assertEquals(1, session("close", "0b9"));

    assertTrue(err.toString().contains("(404 not_found)"), err::toString);
  }

  @Test
  void sessions_are_listed_one_a_line() {
    server
        .on(
            "GET /sessions?include_closed=false&limit=200",
            200,
            "{\"ok\":true,\"sessions\":[" + SESSION + "],\"next_cursor\":null}")
        .on(
            "GET /sessions?include_closed=true&limit=200",
            200,
            "{\"ok\":true,\"sessions\":[],\"next_cursor\":null}");

    assertEquals(0, session("list"), err::toString);
    assertTrue(out.toString().startsWith("s1 claude   open     1 turns, created 2026-"));
    assertEquals(1, out.toString().lines().count());

    assertEquals(0, session("list", "--all"), err::toString);
    assertEquals(1, out.toString().lines().count());
  }

  @Test
  void a_session_is_shown_to_people_and_to_programs() throws Exception {
    assertEquals(0, session("get", "s1"), err::toString);
    assertTrue(out.toString().contains("turns        1, number 1 is running"), out.toString());
    assertTrue(out.toString().contains("cost         $0.25"), out.toString());

    out.getBuffer().setLength(0);
    assertEquals(0, session("get", "s1", "--json"), err::toString);
    assertEquals(new JsonMapper().readTree(SESSION), Cli.json(out.toString()));
  }

  private static final String WATCHED =
      "event: turn_started\nid: 1.0\ndata: {\"turn_index\":1,\"prompt_bytes\":2}\n\n"
          + sse(said("Hello"))
          + end("end_turn")
          + "event: acp\nid: 1.2\ndata: "
          + said("By the way")
          + "\n\nevent: turn_started\nid: 2.0\ndata: {\"turn_index\":2,\"prompt_bytes\":2}\n\n"
          + "event: error\ndata: {\"status\":502,\"code\":\"agent_failed\",\"detail\":\"it broke\","
          + "\"turn_index\":2}\n\nevent: closed\ndata: {\"session_id\":\"s1\",\"closed_at\":1}\n\n";

  @Test
  void a_session_is_watched_until_it_is_closed() {
    server.streams("GET /sessions/s1/events", WATCHED);

    assertEquals(0, session("watch", "s1"), err::toString);

    assertEquals("Hello\nBy the way\n", out.toString());
    assertEquals(
        List.of(
            "turn 1: started",
            "turn 1: end_turn, 12 ms",
            "turn 2: started",
            "turn 2: failed: it broke"),
        err.toString().lines().toList());
  }

  @Test
  void what_is_watched_can_be_read_by_programs() {
    server.streams("GET /sessions/s1/events", WATCHED);

    assertEquals(0, session("watch", "s1", "--json"), err::toString);

    List<String> lines = out.toString().lines().toList();
    assertEquals(
        "{\"event\":\"turn_started\",\"turn_index\":1,\"id\":\"1.0\",\"prompt_bytes\":2}",
        lines.getFirst());
    assertTrue(
        lines
            .get(1)
            .startsWith(
                "{\"event\":\"acp\",\"turn_index\":1,\"id\":\"1.1\",\"between_turns\":false,\"message\":{"));
    assertEquals(
        "{\"event\":\"turn\",\"turn_index\":1,\"stop_reason\":\"end_turn\",\"duration_ms\":12}",
        lines.get(2));
    assertTrue(lines.get(3).contains("\"between_turns\":true"), lines.get(3));
    assertEquals(
        "{\"event\":\"error\",\"turn_index\":2,\"code\":\"agent_failed\",\"detail\":\"it broke\"}",
        lines.getLast());
  }

  @Test
  void a_place_that_is_none_is_refused_before_anything_is_asked() {
    assertEquals(2, session("watch", "s1", "--after", "yesterday"));

    assertTrue(err.toString().contains("--after must be the id of an event, such as 3.17"));
  }

  @Test
  void closing_and_cancelling_print_what_they_changed() {
    server
        .on("DELETE /sessions/s1", 200, "{\"ok\":true,\"already_closed\":true}")
        .on("POST /sessions/s1/cancel", 200, "{\"ok\":true,\"cancelled\":false}");

    assertEquals(0, session("close", "s1"), err::toString);
    assertEquals(0, session("cancel", "s1"), err::toString);

    assertEquals(
        List.of("s1 was closed already", "no turn was running, or it has not ended yet"),
        out.toString().lines().toList());
  }

  @Test
  void every_command_has_help_with_an_example() {
    assertEquals(2, session());
    assertTrue(
        err.toString().contains("Say new, chat, turn, events, watch, list, get, cancel or close."));
    for (String command :
        List.of("new", "chat", "turn", "events", "watch", "list", "get", "cancel", "close")) {
      out.getBuffer().setLength(0);
      assertEquals(0, session(command, "--help"), err::toString);
      assertTrue(out.toString().contains("Usage: clawdforge session " + command), out::toString);
      assertTrue(out.toString().contains("Example"), out::toString);
    }
    assertFalse(out.toString().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "session turn ''",
        "session turn '' hi",
        "session turn 'How is it?'",
        "session events '' 1",
        "session events s1 ''",
        "session watch ''",
        "session get ''",
        "session cancel ''",
        "session close ''",
        "session close ..",
        "session new --agent ''",
        "token mint ''",
        "token revoke ''",
        "token rotate ''",
        "run ''",
        "run hi --model ''",
        "run hi --file ''",
        "run hi --url ''",
        "backup ''",
        "restore ''"
      })
  void an_empty_argument_is_one_line_before_anything_is_read_or_sent(String line) {
    String[] arguments =
        Arrays.stream(line.replace("How is it?", "How·is·it?").split(" ", -1))
            .map(word -> word.replace("'", "").replace('·', ' '))
            .toArray(String[]::new);

    assertEquals(2, clawdforge(arguments), err::toString);

    assertEquals(1, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().contains("ee: clawdforge " + arguments[0]), err::toString);
    assertEquals(List.of(), server.lines());
  }
}

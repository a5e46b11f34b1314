package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.terminal.Screen;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands print when a person looks at a terminal. */
@Timeout(60)
final class TerminalOutputTest extends SessionCommandFixture {
  /** Writes to the clipboard, changes the title, moves the cursor, and clears the screen. */
  private static final String HOSTILE =
      "x\u001b]52;c;aGVsbG8=\u0007\u001b]0;title\u001b\\\u001b[1A\r\u001b[2J\u009b2J\u007fy";

  @BeforeEach
  void look() {
    screen = new Screen(true, true, true, true);
  }

  private static String json(Object value) throws Exception {
    return new JsonMapper().writeValueAsString(value);
  }

  private static String quoted(String text) throws Exception {
    String quoted = json(text);
    return quoted.substring(1, quoted.length() - 1);
  }

  private void answersHostilely() throws Exception {
    String run =
        "{\"run_id\":\"r1\",\"state\":\"failed\",\"created_at\":1795238000,\"error\":{\"code\":\"agent_failed\",\"detail\":%s,\"status\":502},\"result\":%s}"
            .formatted(json(HOSTILE), json(HOSTILE));
    String session = SESSION.replace("\"meta\":{}", "\"meta\":" + json(Map.of("k", HOSTILE)));
    server
        .streams(
            TURN,
            sse(
                    said(quoted(HOSTILE)),
                    tool("tool_call", "\"title\":" + json(HOSTILE) + ",\"kind\":\"execute\""),
                    said("```\\n" + quoted(HOSTILE)))
                + end("end_turn"))
        .streams(
            "POST /run",
            "event: run\ndata: {\"ok\":true,\"result\":"
                + json(HOSTILE)
                + ",\"duration_ms\":1,\"stop_reason\":\"end_turn\"}\n\n")
        .on("GET /runs/r1", 200, run)
        .on(
            "GET /runs?limit=20",
            200,
            "{\"runs\":[" + run.replace("}}", "}") + "],\"next_cursor\":null}")
        .on("GET /sessions/s1", 200, session)
        .on(
            "GET /files?limit=200",
            200,
            "{\"files\":[{\"file_token\":\"ff_1\",\"name\":"
                + json(HOSTILE)
                + ",\"size\":1,\"created_at\":1795238000,\"expires_at\":1795241600}],"
                + "\"next_cursor\":null}")
        .on(
            "POST /runs/r1/cancel",
            409,
            "{\"code\":\"conflict\",\"detail\":" + json(HOSTILE) + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "session turn s1 hi",
        "session turn s1 hi --raw",
        "run hi",
        "run hi --raw",
        "runs show r1",
        "session get s1",
        "files list",
        "runs cancel r1"
      })
  void what_others_have_written_commands_no_terminal(String command) throws Exception {
    answersHostilely();

    int status = clawdforge(command.split(" ", -1));

    String shown = out.toString() + err;
    assertEquals(command.equals("runs cancel r1") ? 1 : 0, status, shown);
    assertTrue(shown.contains("52;c;aGVsbG8="), shown);
    String rest = shown.replaceAll("\u001b\\[(2|22)m|\r\u001b\\[K", "");
    assertEquals(
        List.of(),
        rest.chars()
            .filter(c -> Character.isISOControl(c) && c != '\n' && c != '\t')
            .mapToObj(Integer::toHexString)
            .toList(),
        rest);
  }

  @Test
  void a_turn_shows_markdown_block_after_block() {
    server.streams(
        TURN,
        sse(
                said("# Ti"),
                said("tle\\n\\nUse `ls`"),
                tool("tool_call", "\"title\":\"ls\",\"kind\":\"execute\""),
                said("It is **there**."))
            + end("end_turn"));

    assertEquals(0, session("turn", "s1", "hi"), err::toString);

    assertEquals(
        "\u001b[1mTitle\u001b[22m\n\nUse \u001b[36mls\u001b[39m\nIt is \u001b[1mthere\u001b[22m.\n",
        out.toString());
    assertTrue(err.toString().startsWith("\u001b[2m[execute] ls\u001b[22m\n"), err::toString);
  }

  @Test
  void raw_and_piped_text_is_as_the_agent_wrote_it() {
    server.streams(TURN, sse(said("# Title\\n"), said("`ls`")) + end("end_turn"));

    assertEquals(0, session("turn", "s1", "hi", "--raw"), err::toString);
    assertEquals("# Title\n`ls`\n", out.toString());

    out.getBuffer().setLength(0);
    screen = Screen.NONE;
    assertEquals(0, session("turn", "s1", "hi"), err::toString);
    assertEquals("# Title\n`ls`\n", out.toString());
  }

  @Test
  void a_run_shows_markdown_but_not_in_a_pipe() {
    server.streams(
        "POST /run",
        "event: run\ndata: {\"ok\":true,\"result\":\"# Hi\",\"duration_ms\":1,"
            + "\"stop_reason\":\"end_turn\"}\n\n");

    assertEquals(0, clawdforge("run", "hi"), err::toString);
    assertEquals("\u001b[1mHi\u001b[22m\n", out.toString());

    screen = new Screen(false, true, true, true);
    out.getBuffer().setLength(0);
    assertEquals(0, clawdforge("run", "hi"), err::toString);
    assertEquals("# Hi\n", out.toString());
  }
}

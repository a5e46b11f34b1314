package com.clawdforge.acpx.driver.direct;

import static com.clawdforge.acpx.session.TestSessions.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.PinnedAgents;
import com.clawdforge.acpx.session.ConfiguredAgent;
import com.clawdforge.acpx.session.SessionFolders;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.SessionOpening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that an operator has configured, and what a misbehaving one can do. */
@Tag("agent")
@Timeout(120)
final class ScriptedAgentTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** The helpers of each script, whose {@code prompt} it defines. */
  private static final String PROTOCOL =
      """
      const say = (message) => console.log(JSON.stringify({ jsonrpc: "2.0", ...message }));
      const sessionId = "s-1";
      const text = (text) => say({ method: "session/update", params: { sessionId,
        update: { sessionUpdate: "agent_message_chunk", messageId: "m", content: { type: "text", text } } } });
      const end = (id, stopReason = "end_turn") => say({ id, result: { stopReason } });
      const asked = new Map();
      const ask = (id, method, params) => new Promise((answer) => {
        asked.set(JSON.stringify(id), answer);
        say({ id, method, params: { sessionId, ...params } });
      });
      let running;
      const handlers = {
        initialize: (id) => say({ id, result: { protocolVersion: 1, agentCapabilities: {} } }),
        "session/new": (id) => say({ id, result: { sessionId } }),
        "session/resume": (id) => say({ id, error: { code: -32002, message: "Resource not found" } }),
        "session/close": (id) => say({ id, result: {} }),
        "session/set_config_option": (id, params) => params.value === "nope"
          ? say({ id, error: { code: -32602, message: "no such model" } })
          : say({ id, result: { configOptions: [] } }),
        "session/cancel": () => { if (running !== undefined) end(running, "cancelled"); },
        "session/prompt": (id, params) => { running = id; prompt(id, params.prompt[0].text.trim()); },
      };
      require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
        const { id, method, params, result, error } = JSON.parse(line);
        if (method === undefined) asked.get(JSON.stringify(id))?.(error ?? result);
        else handlers[method]?.(id, params);
      });
      """;

  @TempDir Path temp;
  private @Nullable DirectDriver driver;

  @AfterEach
  void close() {
    if (driver != null) {
      driver.close();
    }
  }

  @Test
  void an_agent_that_is_configured_answers() throws Exception {
    AgentSession session = opened("function prompt(id, said) { text(`heard ${said}`); end(id); }");

    assertEquals("heard one", turn(session, "one").text());
    assertEquals("heard two", turn(session, "two").text());
    assertEquals("yes", Files.readString(temp.resolve("environment")));
    driver().close(session);
    assertEquals(List.of(), alive(session));
  }

  @Test
  void every_request_of_the_agent_is_answered_under_the_id_it_had() throws Exception {
    AgentSession session =
        opened(
            """
            async function prompt(id) {
              const answers = [];
              answers.push(await ask(7, "fs/read_text_file", { path: "/etc/passwd" }));
              answers.push(await ask("7", "terminal/create", { command: "id" }));
              answers.push(await ask(-1.5, "_own/thing", {}));
              answers.push(await ask("p", "session/request_permission", {
                toolCall: { toolCallId: "t", kind: "execute" },
                options: [{ kind: "allow_once", optionId: "yes" }] }));
              say({ id: 8, method: "session/request_permission", params: { sessionId: "another" } });
              text(JSON.stringify(answers)); end(id);
            }""");

    assertEquals(
        "[{\"code\":-32601,\"message\":\"Method not found\"},"
            + "{\"code\":-32601,\"message\":\"Method not found\"},"
            + "{\"code\":-32601,\"message\":\"Method not found\"},"
            + "{\"outcome\":{\"outcome\":\"selected\",\"optionId\":\"yes\"}}]",
        turn(session, "one").text());
  }

  @Test
  void what_comes_between_turns_is_in_neither_and_told_apart() throws Exception {
    AgentSession session =
        opened(
            """
            function prompt(id, said) {
              text(`heard ${said}`); end(id); text("by the way");
              // The title that we gave.
              say({ method: "session/update", params: { sessionId, update: {
                sessionUpdate: "session_info_update", title: "clawdforge" } } });
              require("fs").writeFileSync("said", "");
            }""");

    RecordedTurn first = turn(session, "one");
    Path said = new SessionFolders(temp.resolve("sessions")).of(session).work().resolve("said");
    while (!Files.exists(said)) {
      Thread.sleep(10);
    }
    // What it wrote before comes before its next answer.
    RecordedTurn second = turn(session, "two");

    assertEquals("heard one", first.text());
    assertEquals("heard two", second.text());
    assertFalse(second.events.toString().contains("by the way"));
    assertEquals(1, first.afterwards.size());
    assertTrue(first.afterwards.getFirst().contains("by the way"));
  }

  @Test
  void updates_of_unknown_kinds_pass_as_they_were_written() throws Exception {
    String odd =
        "{\"method\":\"session/update\",  \"params\":{\"sessionId\":\"s-1\",\"update\":"
            + "{\"sessionUpdate\":\"brand_new\",\"n\":1.50,\"u\":\"\\u00e9\"}},\"jsonrpc\":\"2.0\"}";
    AgentSession session =
        opened(
            "function prompt(id) { console.log(String.raw`" + odd + "`); text('ok'); end(id); }");

    assertTrue(turn(session, "one").events.stream().anyMatch(odd::equals));
  }

  @Test
  void garbage_is_passed_over() throws Exception {
    AgentSession session =
        opened(
            """
            function prompt(id) {
              for (const odd of ["", "garbage", "{", "[]", "7", '{"id":99,"result":{}}', '{"method":7}'])
                console.log(odd);
              process.stdout.write(Buffer.from([0xff, 0xfe, 10]));
              text("ok"); end(id);
            }""");

    assertEquals("ok", turn(session, "one").text());
  }

  @Test
  void an_agent_that_dies_fails_its_turn_and_is_started_again() throws Exception {
    AgentSession session =
        opened(
            """
            function prompt(id, said) {
              if (said === "die") { console.error("out of luck"); process.exit(3); }
              text("ok"); end(id);
            }""");
    assertEquals("ok", turn(session, "one").text());

    AgentOutcome.Failed failed =
        assertInstanceOf(AgentOutcome.Failed.class, turn(session, "die").outcome());
    assertEquals(AgentFailure.FAILED, failed.failure());
    assertTrue(failed.message().contains("goes on with the next turn"), failed::message);
    assertEquals("ok", turn(session, "two").text());
  }

  @Test
  void a_line_without_end_ends_the_agent_and_not_the_server() throws Exception {
    AgentSession session =
        opened(
            """
            function prompt(id, said) {
              if (said !== "flood") { text("ok"); return end(id); }
              const much = "x".repeat(1 << 20);
              const write = () => { while (process.stdout.write(much)); };
              process.stdout.on("drain", write); write();
            }""");

    AgentOutcome.Failed failed =
        assertInstanceOf(AgentOutcome.Failed.class, turn(session, "flood").outcome());
    assertTrue(failed.message().contains("16777216 bytes"), failed::message);
    assertEquals("ok", turn(session, "two").text());
  }

  @Test
  void an_agent_that_ignores_a_cancel_is_killed() throws Exception {
    AgentSession session =
        opened(
            """
            handlers["session/cancel"] = () => {};
            function prompt(id, said) { if (said !== "hang") { text("ok"); end(id); } }""");
    RecordedTurn hanging = new RecordedTurn();
    hanging.of(
        driver().prompt(session, new Prompt("hang", List.of(), Duration.ofSeconds(2)), hanging));

    assertInstanceOf(AgentOutcome.TimedOut.class, hanging.await().outcome());
    assertEquals("ok", turn(session, "two").text());
  }

  @Test
  void the_model_is_set_and_one_that_is_refused_fails_the_turn() throws Exception {
    AgentSession session = opened("function prompt(id) { text('ok'); end(id); }");

    assertEquals("ok", turn(withModel(session, "fast"), "one").text());
    driver().close(session);
    driver().open(session);
    AgentOutcome.Failed failed =
        assertInstanceOf(
            AgentOutcome.Failed.class, turn(withModel(session, "nope"), "one").outcome());
    assertTrue(failed.message().contains("no such model"), failed::message);
  }

  @Test
  void a_program_that_is_not_there_is_told() throws Exception {
    DirectDriver it = new DirectDriver(settings(List.of("/no/such/program"), LONG), 8);
    driver = it;

    SessionOpening.Unavailable missing =
        assertInstanceOf(SessionOpening.Unavailable.class, it.open(session("scripted")));
    assertTrue(missing.why().contains("/no/such/program"), missing::why);
  }

  @Test
  void an_agent_without_turns_sleeps() throws Exception {
    AgentSession session =
        opened("function prompt(id) { text('ok'); end(id); }", Duration.ofSeconds(1));
    assertEquals("ok", turn(session, "one").text());

    long deadline = System.nanoTime() + LONG.toNanos();
    while (!alive(session).isEmpty()) {
      assertTrue(System.nanoTime() < deadline, "it sleeps");
      Thread.sleep(20);
    }
    assertEquals("ok", turn(session, "two").text());
  }

  private AgentSession opened(String script) throws IOException {
    return opened(script, LONG);
  }

  private AgentSession opened(String script, Duration idle) throws IOException {
    Path program = temp.resolve("agent.cjs");
    Files.writeString(
        program,
        PROTOCOL
            + "require('fs').writeFileSync('"
            + temp.resolve("environment")
            + "', process.env.OF_THE_OPERATOR ?? 'no');\n"
            + script);
    DirectDriver it =
        new DirectDriver(
            settings(
                List.of(PinnedAgents.PROGRAMS.resolve("node").toString(), program.toString()),
                idle),
            8);
    driver = it;
    AgentSession session = session("scripted");
    assertEquals(new SessionOpening.Ready(), it.open(session));
    return session;
  }

  private SessionSettings settings(List<String> argv, Duration idle) {
    return new SessionSettings(
        PinnedAgents.program("claude"),
        PinnedAgents.program("acpx"),
        PinnedAgents.program("node"),
        AgentEnvironment.from(
            Map.of("HOME", temp.toString(), "PATH", String.valueOf(System.getenv("PATH"))),
            List.of()),
        temp.resolve("sessions"),
        List.of(),
        Map.of("scripted", new ConfiguredAgent(argv, Map.of("OF_THE_OPERATOR", "yes"))),
        idle,
        Isolation.none());
  }

  private DirectDriver driver() {
    if (driver == null) {
      throw new IllegalStateException("no session was opened");
    }
    return driver;
  }

  private RecordedTurn turn(AgentSession session, String text) throws InterruptedException {
    RecordedTurn turn = new RecordedTurn();
    return turn.of(driver().prompt(session, new Prompt(text, List.of(), LONG), turn)).await();
  }

  private static AgentSession withModel(AgentSession session, String model) {
    return new AgentSession(
        session.sessionId(),
        session.agent(),
        model,
        null,
        Permissions.Mode.APPROVE_ALL,
        null,
        null,
        null);
  }

  private static List<ProcessHandle> alive(AgentSession session) {
    ProcessTree tree = ProcessTree.tagged(List.of(session.sessionId()));
    tree.look();
    return tree.alive();
  }
}

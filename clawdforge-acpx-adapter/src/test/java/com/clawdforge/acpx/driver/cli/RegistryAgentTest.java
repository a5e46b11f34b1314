package com.clawdforge.acpx.driver.cli;

import static com.clawdforge.acpx.driver.SessionFixture.after;
import static com.clawdforge.acpx.session.TestSessions.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.clawdforge.acpx.driver.SessionFixture;
import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.program.PinnedAgents;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.SessionOpening;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent that we know only from acpx's registry. */
@Tag("agent")
@Timeout(240)
final class RegistryAgentTest {
  /** Speaks as much of the protocol as a turn needs, and remembers its prompts. */
  private static final String AGENT =
      """
      #!/bin/sh
      exec "NODE" -e '
      const heard = [];
      require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
        const { id, method, params } = JSON.parse(line);
        const send = (message) =>
          process.stdout.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\\n");
        if (method === "initialize") {
          send({ id, result: { protocolVersion: 1, agentCapabilities: {} } });
        } else if (method === "session/new") {
          send({ id, result: { sessionId: "s-" + process.pid } });
        } else if (method === "session/prompt") {
          heard.push(params.prompt.map((block) => block.text).join(""));
          const content = { type: "text", text: "heard " + heard.join(" and ") };
          const update = { sessionUpdate: "agent_message_chunk", content };
          send({ method: "session/update", params: { sessionId: params.sessionId, update } });
          send({ id, result: { stopReason: "end_turn" } });
        } else if (id !== undefined) {
          send({ id, error: { code: -32601, message: "Method not found" } });
        }
      });
      '
      """;

  @TempDir Path temp;

  @Test
  void a_program_on_the_path_gets_a_session() throws Exception {
    Path programs = Files.createDirectories(temp.resolve("programs"));
    Path gemini = programs.resolve("gemini");
    Files.writeString(
        gemini, AGENT.replace("NODE", PinnedAgents.PROGRAMS.resolve("node").toString()));
    assertEquals(true, gemini.toFile().setExecutable(true));
    String path = programs + File.pathSeparator + System.getenv("PATH");
    try (SessionFixture fixture =
        SessionFixture.on(
            SessionFixture.Driver.ACPX,
            temp,
            Script.always(ModelReply.text("not asked")),
            Map.of("PATH", path))) {
      AgentSession session = session("gemini");
      assertEquals(new SessionOpening.Ready(), fixture.runner.open(session));
      RecordedTurn first = fixture.turn(session, "one");
      assertEquals("heard one", first.text());
      AgentSession known = after(session, first);
      assertEquals("heard one and two", fixture.turn(known, "two").text());
      assertFalse(fixture.processes(session).isEmpty());

      fixture.runner.close(known);
      assertEquals(Map.of(), fixture.processes(session));
      assertEquals(List.of(), fixture.model.requests());
      try (Stream<Path> left = Files.walk(fixture.home.resolve(".acpx/sessions"))) {
        assertEquals(
            List.of(),
            left.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList());
      }
    }
  }
}

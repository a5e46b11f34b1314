package com.clawdforge.acpx.driver.direct;

import static com.clawdforge.acpx.driver.SessionFixture.after;
import static com.clawdforge.acpx.session.TestSessions.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.driver.SessionFixture;
import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.program.Look;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real codex of sessions whose way to the model is through the server. */
@Tag("agent")
@Timeout(120)
final class ProxiedCodexTest {
  private static final Script DONE = Script.always(ModelReply.text("done"));

  @TempDir Path temp;

  @Test
  void codex_needs_no_login_and_sees_a_secret_that_ends_with_the_session() throws Exception {
    try (SessionFixture fixture = SessionFixture.proxiedCodex(temp, DONE)) {
      AgentSession session = session("codex");
      fixture.runner.open(session);

      RecordedTurn turn = fixture.turn(session, "look");

      assertEquals("done", turn.text(), () -> "" + turn.outcome());
      assertFalse(fixture.model.requests().isEmpty());
      for (ModelRequest request : fixture.model.requests()) {
        assertEquals(
            Optional.of("Bearer " + SessionFixture.OPENAI_KEY), request.header("authorization"));
      }
      Look look = new Look(environments(fixture, session));
      for (String key : List.of(SessionFixture.OPENAI_KEY, SessionFixture.API_KEY)) {
        assertFalse(look.seen().contains(key), look::seen);
      }
      assertEquals(1, look.secrets().size(), look::seen);
      // The offline model has no such page.
      assertEquals(404, look.askAsCodex(look.secrets().getFirst()));

      session = after(session, turn);
      assertEquals("done", fixture.turn(session, "look again").text());
      fixture.runner.close(session);

      assertEquals(401, look.askAsCodex(look.secrets().getFirst()));
    }
  }

  @Test
  void a_provider_of_the_operators_own_is_asked_directly() throws Exception {
    try (SessionFixture fixture = SessionFixture.proxiedCodex(temp, DONE)) {
      Path config = Files.createDirectories(fixture.home.resolve(".codex")).resolve("config.toml");
      Files.writeString(
          config,
          """
          model_provider = "own"
          [model_providers.own]
          name = "own"
          wire_api = "responses"
          base_url = "http://127.0.0.1:9/v1"
          env_key = "OPENAI_API_KEY"
          request_max_retries = 0
          stream_max_retries = 0
          """);
      AgentSession session = session("codex");
      fixture.runner.open(session);

      AgentOutcome outcome = fixture.turn(session, "look").outcome();

      assertInstanceOf(AgentOutcome.Failed.class, outcome);
      assertTrue(fixture.model.requests().isEmpty());
    }
  }

  private static String environments(SessionFixture fixture, AgentSession session)
      throws IOException {
    StringBuilder seen = new StringBuilder();
    for (List<ProcessHandle> role : fixture.processes(session).values()) {
      for (ProcessHandle process : role) {
        Path environ = Path.of("/proc", Long.toString(process.pid()), "environ");
        seen.append(Files.readString(environ, StandardCharsets.ISO_8859_1)).append('\0');
        seen.append(SessionFixture.commandLine(process));
      }
    }
    return seen.toString();
  }
}

package com.clawdforge.acpx.driver.direct;

import static com.clawdforge.acpx.driver.SessionFixture.after;
import static com.clawdforge.acpx.session.TestSessions.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.clawdforge.acpx.driver.SessionFixture;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.program.Look;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real adapter and claude of sessions whose way to the model is through the server. */
@Tag("agent")
@Timeout(120)
final class ProxiedSessionTest {
  @TempDir Path temp;

  @Test
  void what_a_command_sees_is_a_secret_that_ends_with_the_session() throws Exception {
    try (SessionFixture fixture = SessionFixture.proxied(temp, Look.SCRIPT)) {
      AgentSession session = session();
      fixture.runner.open(session);

      RecordedTurn turn = fixture.turn(session, "look");

      assertEquals("done", turn.text());
      for (ModelRequest request : fixture.model.requests()) {
        assertEquals(Optional.of(SessionFixture.API_KEY), request.header("x-api-key"));
      }
      Look look = look(fixture);
      assertFalse(look.seen().contains(SessionFixture.API_KEY), look::seen);
      assertEquals(1, look.secrets().size(), look::seen);
      String secret = look.secrets().getFirst();
      assertEquals(200, look.ask(secret), "the session is open");

      fixture.runner.close(after(session, turn));

      assertEquals(401, look.ask(secret));
    }
  }

  @Test
  void each_session_has_a_secret_of_its_own() throws Exception {
    try (SessionFixture fixture = SessionFixture.proxied(temp, Look.SCRIPT)) {
      Look one = lookedAt(fixture, session());
      Look other = lookedAt(fixture, session());

      assertFalse(one.secrets().equals(other.secrets()));
    }
  }

  private static Look lookedAt(SessionFixture fixture, AgentSession session) throws Exception {
    fixture.runner.open(session);
    assertEquals("done", fixture.turn(session, "look").text());
    return look(fixture);
  }

  private static Look look(SessionFixture fixture) {
    List<ModelRequest> requests = fixture.model.requests();
    return new Look(requests.getLast().body().toString());
  }
}

package com.clawdforge.acpx.driver;

import static com.clawdforge.acpx.session.TestSessions.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.driver.cli.AcpxDriver;
import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.PinnedAgents;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.acpx.session.TestSessions;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.SystemPrompt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that are missing, and turns that fail. */
@Tag("agent")
@Timeout(240)
final class SessionFailureTest {
  private static final Script OK = Script.always(ModelReply.text("ok"));

  @TempDir Path temp;

  @Test
  void a_refused_login_is_reported_at_once() throws Exception {
    AgentSession session = session();
    AtomicLong refused = new AtomicLong();
    try (SessionFixture fixture =
        SessionFixture.start(
            temp,
            request -> {
              refused.compareAndSet(0, System.nanoTime());
              return ModelReply.error(401, "authentication_error", "invalid x-api-key");
            })) {
      fixture.runner.open(session);
      RecordedTurn turn = fixture.prompt(session, "one").await();
      Duration took = Duration.ofNanos(System.nanoTime() - refused.get());

      AgentOutcome.Failed failed =
          assertInstanceOf(AgentOutcome.Failed.class, turn.outcome(), () -> "" + turn.outcome());
      assertEquals(AgentFailure.UNAUTHENTICATED, failed.failure());
      // On top of a cold start of two to three seconds on an idle machine.
      assertTrue(took.compareTo(Duration.ofSeconds(3)) < 0, () -> "took " + took);
      fixture.runner.close(session);
    }
  }

  @Test
  void a_missing_agent_is_reported_at_once() throws Exception {
    try (SessionFixture fixture = SessionFixture.start(temp, OK)) {
      long before = System.nanoTime();
      SessionOpening.Unavailable unavailable =
          assertInstanceOf(
              SessionOpening.Unavailable.class, fixture.runner.open(of("gemini", null)));
      assertTrue(unavailable.why().contains("gemini"), unavailable.why());
      assertTrue(Duration.ofNanos(System.nanoTime() - before).compareTo(Duration.ofSeconds(3)) < 0);
    }
  }

  @Test
  void a_missing_codex_is_reported_with_advice() throws Exception {
    Path programs = Files.createDirectories(temp.resolve("agents/node_modules/.bin"));
    for (String program : List.of("acpx", "node")) {
      Files.createSymbolicLink(
          programs.resolve(program), PinnedAgents.PROGRAMS.resolve(program).toRealPath());
    }
    try (SessionFixture fixture = SessionFixture.start(temp, OK)) {
      SessionSettings settings =
          new SessionSettings(
              fixture.settings.claude(),
              new AgentBinary("acpx", null, programs),
              new AgentBinary("node", null, programs),
              fixture.settings.environment(),
              fixture.settings.sessionsDir(),
              List.of(),
              fixture.settings.agentIdleTtl());
      try (AcpxDriver driver = new AcpxDriver(settings)) {
        SessionOpening.Unavailable unavailable =
            assertInstanceOf(SessionOpening.Unavailable.class, driver.open(of("codex", null)));
        assertTrue(unavailable.why().contains("agents/install codex"), unavailable.why());
      }
    }
  }

  @Test
  void an_unknown_agent_is_reported_as_such() throws Exception {
    try (SessionFixture fixture = SessionFixture.start(temp, OK)) {
      assertEquals(
          new SessionOpening.Unavailable("acpx knows no agent no-such-agent"),
          fixture.runner.open(of("no-such-agent", null)));
    }
  }

  @Test
  void what_an_agent_cannot_do_is_refused_by_name() throws Exception {
    try (SessionFixture fixture = SessionFixture.start(temp, OK)) {
      assertEquals(
          List.of("system", "permissions"),
          List.of(
              field(
                  fixture.runner.open(
                      of("gemini", new SystemPrompt("x", SystemPrompt.Mode.REPLACE)))),
              field(
                  fixture.runner.open(
                      TestSessions.with(
                          of("gemini", null), new Permissions.Policy(Set.of(), Set.of(), true))))));
    }
  }

  private static String field(SessionOpening opening) {
    return assertInstanceOf(SessionOpening.Unsupported.class, opening).field();
  }

  private static AgentSession of(String agent, @Nullable SystemPrompt system) {
    AgentSession session = session();
    return new AgentSession(
        session.sessionId(), agent, null, system, session.permissions(), null, null, null);
  }
}

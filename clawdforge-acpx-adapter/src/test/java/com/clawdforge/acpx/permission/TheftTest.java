package com.clawdforge.acpx.permission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.clawdforge.acpx.driver.direct.DirectDriver;
import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.OfflineModel;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.oneshot.ClaudeRunner;
import com.clawdforge.acpx.oneshot.ClaudeSettings;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.PinnedAgents;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.TurnListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One token's agent, which may do everything, tries to take what is another token's or the
 * server's: the real claude, told by a scripted model. The same list is tried without isolation, so
 * that each theft is one.
 */
@Tag("agent")
@Tag("permissions")
@Timeout(240)
final class TheftTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path temp;

  @Test
  void a_session_takes_nothing_of_another_tokens_and_of_the_servers() throws Exception {
    assertEquals(List.of(), steal(isolated(), TheftTest::inSession));
  }

  @Test
  void a_run_takes_nothing_of_another_tokens_and_of_the_servers() throws Exception {
    assertEquals(List.of(), steal(isolated(), TheftTest::inRun));
  }

  @Test
  void without_isolation_a_session_takes_everything() throws Exception {
    assertEquals(Thefts.NAMES, steal(Isolation.none(), TheftTest::inSession));
  }

  @Test
  void without_isolation_a_run_takes_everything() throws Exception {
    assertEquals(Thefts.NAMES, steal(Isolation.none(), TheftTest::inRun));
  }

  private static Isolation isolated() {
    Isolation isolation = Isolation.of(Isolation.Wish.AUTO);
    assumeTrue(isolation.holds(), isolation::what);
    assumeTrue(isolation.scopes(), () -> isolation.what() + " does not stop signals");
    return isolation;
  }

  private interface Thief {
    AgentOutcome steal(Server server) throws InterruptedException;
  }

  /** The agents of one gateway. */
  private record Server(DirectDriver sessions, ClaudeRunner runs) {}

  private static AgentOutcome inSession(Server server) throws InterruptedException {
    AgentSession thief = session("the thief's token");
    server.sessions.open(thief);
    return turn(server.sessions, thief, Thefts.PROMPT);
  }

  private static AgentOutcome inRun(Server server) throws InterruptedException {
    OneShot shot =
        new OneShot(
            UUID.randomUUID().toString(),
            new Prompt(Thefts.PROMPT, List.of(), LONG),
            "sonnet",
            null,
            null,
            null,
            null,
            List.of("Bash"),
            null);
    return server.runs.start(shot, event -> {}).await();
  }

  /** The names of the thefts that succeeded. */
  private List<String> steal(Isolation isolation, Thief thief) throws Exception {
    try (VictimSite site = new VictimSite(temp.toRealPath())) {
      Thefts thefts = new Thefts(site);
      Script victims = request -> ModelReply.text("I keep " + site.secret("answer"));
      try (OfflineModel model =
          OfflineModel.start(
              request ->
                  thefts.isThief(request) ? thefts.answer(request) : victims.answer(request))) {
        AgentEnvironment environment =
            AgentEnvironment.from(
                Map.of(
                    "HOME", site.home().toString(),
                    "PATH", String.valueOf(System.getenv("PATH")),
                    "ANTHROPIC_BASE_URL", model.baseUrl().toString(),
                    "ANTHROPIC_API_KEY", "sk-ant-offline-dummy-key"),
                List.of());
        SessionSettings settings =
            new SessionSettings(
                PinnedAgents.program("claude"),
                PinnedAgents.program("acpx"),
                PinnedAgents.program("node"),
                environment,
                site.data().resolve("sessions"),
                List.of(),
                Map.of(),
                LONG,
                isolation);
        ClaudeSettings runs =
            new ClaudeSettings(
                PinnedAgents.program("claude"),
                environment,
                site.data().resolve("runs"),
                List.of(),
                0,
                isolation);
        try (DirectDriver sessions = new DirectDriver(settings, 8);
            ClaudeRunner oneShots = new ClaudeRunner(runs)) {
          AgentSession victim = session("the victim's token");
          sessions.open(victim);
          completed(turn(sessions, victim, "Remember " + site.secret("transcript")));
          site.victim(settings.folders().of(victim), agent(victim));

          completed(thief.steal(new Server(sessions, oneShots)));
          return thefts.succeeded();
        }
      }
    }
  }

  private static void completed(AgentOutcome outcome) {
    assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
  }

  private static long agent(AgentSession session) {
    ProcessTree tree = ProcessTree.tagged(List.of(session.sessionId()));
    tree.look();
    List<ProcessHandle> processes = tree.alive();
    assertTrue(!processes.isEmpty(), "the victim's agent stays awake after its turn");
    return processes.getFirst().pid();
  }

  private static AgentSession session(String owner) {
    return new AgentSession(
        UUID.randomUUID().toString(),
        owner,
        "claude",
        "sonnet",
        null,
        Permissions.Mode.APPROVE_ALL,
        null,
        false,
        null,
        null);
  }

  private static AgentOutcome turn(DirectDriver sessions, AgentSession session, String text)
      throws InterruptedException {
    TurnListener deaf =
        new TurnListener() {
          @Override
          public void onConversation(String conversationId) {}

          @Override
          public void onEvent(AgentEvent event) {}

          @Override
          public void onAfterwards(AgentEvent event) {}
        };
    return sessions.prompt(session, new Prompt(text, List.of(), LONG), deaf).await();
  }
}

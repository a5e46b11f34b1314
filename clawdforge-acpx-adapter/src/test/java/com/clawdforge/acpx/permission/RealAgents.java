package com.clawdforge.acpx.permission;

import com.clawdforge.acpx.driver.SessionFixture;
import com.clawdforge.acpx.oneshot.ClaudeRunner;
import com.clawdforge.acpx.oneshot.ClaudeSettings;
import com.clawdforge.acpx.oneshot.Warmed;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.PinnedAgents;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.TurnListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The pinned agents, as the server would run them. */
final class RealAgents implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(4);

  final AgentSessions sessions;
  private final ClaudeSettings runs;
  private final ClaudeRunner oneShots;

  /**
   * Agents that keep runs and sessions in folders below a root.
   *
   * @param server the environment of the server
   */
  RealAgents(Path root, Map<String, String> server, List<Path> readable) {
    AgentEnvironment environment = AgentEnvironment.from(server, List.of());
    runs =
        new ClaudeSettings(
            PinnedAgents.program("claude"),
            environment,
            root.resolve("runs"),
            readable,
            Warmed.PROCESSES);
    oneShots = new ClaudeRunner(runs);
    oneShots.warmUp();
    sessions =
        SessionFixture.Driver.TESTED.on(
            new SessionSettings(
                PinnedAgents.program("claude"),
                PinnedAgents.program("acpx"),
                PinnedAgents.program("node"),
                environment,
                root.resolve("sessions"),
                readable,
                LONG));
  }

  @Override
  public void close() {
    try (oneShots) {
      sessions.close();
    }
  }

  AgentOutcome run(String prompt, @Nullable List<String> tools) throws InterruptedException {
    return run(UUID.randomUUID().toString(), prompt, tools, null);
  }

  AgentOutcome run(
      String id, String prompt, @Nullable List<String> tools, @Nullable Permissions ceiling)
      throws InterruptedException {
    OneShot shot =
        new OneShot(
            id,
            new Prompt(prompt, List.of(), LONG),
            "sonnet",
            null,
            null,
            null,
            null,
            tools,
            ceiling);
    Warmed.prepare(oneShots, runs, shot);
    return oneShots.start(shot, event -> {}).await();
  }

  Turn turn(AgentSession session, String prompt) throws InterruptedException {
    sessions.open(session);
    Conversation heard = new Conversation();
    AgentOutcome outcome =
        sessions.prompt(session, new Prompt(prompt, List.of(), LONG), heard).await();
    return new Turn(outcome, heard.id);
  }

  /** A turn that is over, and what the agent called the conversation. */
  record Turn(AgentOutcome outcome, @Nullable String conversation) {
    /** The session as the core has it after this turn. */
    AgentSession after(AgentSession session) {
      return new AgentSession(
          session.sessionId(),
          session.agent(),
          session.model(),
          session.system(),
          session.permissions(),
          session.allowedTools(),
          session.maxTurns(),
          conversation);
    }
  }

  private static final class Conversation implements TurnListener {
    private volatile @Nullable String id;

    @Override
    public void onConversation(String conversationId) {
      id = conversationId;
    }

    @Override
    public void onEvent(AgentEvent event) {}

    @Override
    public void onAfterwards(AgentEvent event) {}
  }
}

package com.clawdforge.acpx.local;

import com.clawdforge.acpx.oneshot.ClaudeRunner;
import com.clawdforge.acpx.program.ClaudeTools;
import com.clawdforge.acpx.session.SessionDriver;
import com.clawdforge.core.agent.AgentEvent;
import com.clawdforge.core.agent.AgentRun;
import com.clawdforge.core.agent.AgentRunner;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.agent.TurnListener;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** The agents of this machine: one-shots on {@code claude}, sessions on a driver. */
public final class LocalAgents implements AgentRunner {
  private final ClaudeRunner oneShots;
  private final SessionDriver sessions;

  public LocalAgents(ClaudeRunner oneShots, SessionDriver sessions) {
    this.oneShots = oneShots;
    this.sessions = sessions;
  }

  @Override
  public AgentRun start(OneShot oneShot, Consumer<AgentEvent> events) {
    return oneShots.start(oneShot, events);
  }

  @Override
  public Optional<String> objectionTo(String jsonSchema) {
    return oneShots.objectionTo(jsonSchema);
  }

  @Override
  public ToolKind kindOf(String tool) {
    return ClaudeTools.kindOf(tool);
  }

  @Override
  public SessionOpening open(AgentSession session) {
    return sessions.open(session);
  }

  @Override
  public AgentRun prompt(AgentSession session, Prompt prompt, TurnListener listener) {
    return sessions.prompt(session, prompt, listener);
  }

  @Override
  public Optional<BigDecimal> takeBackgroundCost(AgentSession session) {
    return sessions.takeBackgroundCost(session);
  }

  @Override
  public void close(AgentSession session) {
    sessions.close(session);
  }

  @Override
  public void endOrphans(Collection<String> runIds) {
    oneShots.endOrphans(runIds);
  }

  @Override
  public void endOrphanedAgents(Collection<String> sessionIds) {
    sessions.endOrphanedAgents(sessionIds);
  }

  @Override
  public void close() {
    try {
      oneShots.close();
    } finally {
      sessions.close();
    }
  }
}

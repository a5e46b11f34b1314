package com.clawdforge.acpx.session;

import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SystemPrompt;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sessions for tests, each with an id of its own. */
public final class TestSessions {
  private TestSessions() {}

  /** A session with claude that may do everything. */
  public static AgentSession session() {
    return new AgentSession(
        UUID.randomUUID().toString(),
        "claude",
        "sonnet",
        null,
        Permissions.Mode.APPROVE_ALL,
        null,
        null,
        null);
  }

  /** A session with an agent that may do everything. */
  public static AgentSession session(String agent) {
    return new AgentSession(
        UUID.randomUUID().toString(),
        agent,
        null,
        null,
        Permissions.Mode.APPROVE_ALL,
        null,
        null,
        null);
  }

  public static AgentSession with(AgentSession session, Permissions permissions) {
    return new AgentSession(
        session.sessionId(),
        session.agent(),
        session.model(),
        session.system(),
        permissions,
        session.allowedTools(),
        session.maxTurns(),
        session.conversationId());
  }

  public static AgentSession with(AgentSession session, SystemPrompt system) {
    return new AgentSession(
        session.sessionId(),
        session.agent(),
        session.model(),
        system,
        session.permissions(),
        session.allowedTools(),
        session.maxTurns(),
        session.conversationId());
  }

  public static AgentSession withTools(AgentSession session, @Nullable List<String> tools) {
    return new AgentSession(
        session.sessionId(),
        session.agent(),
        session.model(),
        session.system(),
        session.permissions(),
        tools,
        session.maxTurns(),
        session.conversationId());
  }
}

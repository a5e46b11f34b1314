package com.clawdforge.acpx.agent;

import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SessionOpening;
import java.util.Optional;

/** An agent that we know nothing about but that acpx can start it. */
record OtherProfile(String agent) implements AgentProfile {
  @Override
  public AgentLaunch launch(Agents agents) {
    return agents.inRegistry(agent);
  }

  @Override
  public Optional<SessionOpening.Unsupported> objectionTo(AgentSession session) {
    if (session.system() != null) {
      return unsupported("system", agent + " takes no system prompt");
    }
    if (session.allowedTools() != null) {
      return unsupported("allowed_tools", agent + " does not let its tools be chosen");
    }
    if (session.background()) {
      return unsupported("background", agent + " does not tell what it does between turns");
    }
    if (session.maxTurns() != null) {
      return unsupported("max_turns", agent + " has no limit of turns");
    }
    if (session.permissions() != Permissions.Mode.APPROVE_ALL) {
      return unsupported(
          "permissions",
          agent + " does not ask before everything it does, so only approve-all would hold");
    }
    return Optional.empty();
  }

  private static Optional<SessionOpening.Unsupported> unsupported(String field, String why) {
    return Optional.of(new SessionOpening.Unsupported(field, why));
  }

  @Override
  public boolean isShimmed() {
    return false;
  }

  @Override
  public boolean takesModelFromAcpx() {
    return true;
  }

  @Override
  public ErrorWords errorWords() {
    return ErrorWords.ANY;
  }

  @Override
  public String loginAdvice() {
    return "log the server's " + agent + " in";
  }
}

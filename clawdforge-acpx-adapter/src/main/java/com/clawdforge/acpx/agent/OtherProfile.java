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
      return AgentProfile.unsupported("system", agent + " takes no system prompt");
    }
    return AgentProfile.generalObjection(agent, session)
        .or(
            () ->
                session.permissions() == Permissions.Mode.APPROVE_ALL
                    ? Optional.empty()
                    : AgentProfile.unsupported(
                        "permissions",
                        agent
                            + " does not ask before everything it does, so only approve-all would"
                            + " hold"));
  }

  @Override
  public boolean isShimmed() {
    return false;
  }

  @Override
  public boolean takesModelFromClient() {
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

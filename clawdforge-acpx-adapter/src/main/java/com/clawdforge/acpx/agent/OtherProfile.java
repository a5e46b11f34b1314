package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.protocol.AcpLine;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An agent that we know nothing more of than that acpx can start it. */
record OtherProfile(String agent) implements AgentProfile {
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
  public void configure(
      ObjectNode shim,
      AgentSession session,
      SessionDirectory directory,
      SessionSettings settings) {}

  @Override
  public void prepare(AgentSession session, SessionDirectory directory, SessionSettings settings) {}

  @Override
  public boolean takesModelFromAcpx() {
    return true;
  }

  @Override
  public List<String> blocks(String prompt, boolean first) {
    return List.of(prompt.startsWith("/") ? "\n" + prompt : prompt);
  }

  @Override
  public boolean isAnswer(AcpLine said) {
    return true;
  }

  @Override
  public @Nullable Usage usage(AcpLine.Result result) {
    return result.usage();
  }

  @Override
  public String loginAdvice() {
    return "log the server's " + agent + " in";
  }

  @Override
  public void tidy(SessionDirectory directory) {}

  @Override
  public void forget(AgentSession session, SessionDirectory directory, SessionSettings settings) {}
}

package com.clawdforge.acpx.agent;

import com.clawdforge.acpx.protocol.AcpLine;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All that is particular to an agent among those that acpx drives. Stateless. */
public sealed interface AgentProfile permits ClaudeProfile, CodexProfile, OtherProfile {
  static AgentProfile of(String agent) {
    return switch (agent) {
      case Agents.CLAUDE -> new ClaudeProfile();
      case Agents.CODEX -> new CodexProfile();
      default -> new OtherProfile(agent);
    };
  }

  /** What the agent cannot do of what a session asks for. */
  Optional<SessionOpening.Unsupported> objectionTo(AgentSession session);

  /** Whether our shim stands before it: settings hold there. */
  boolean isShimmed();

  /** Adds what the shim is told of a session, beside the agent's command line. */
  void configure(
      ObjectNode shim, AgentSession session, SessionDirectory directory, SessionSettings settings);

  /** Sees to it that all is there that this agent needs on disk, beside what every agent needs. */
  void prepare(AgentSession session, SessionDirectory directory, SessionSettings settings)
      throws IOException;

  /** Whether acpx hands the session's model on; else the shim does. */
  boolean takesModelFromAcpx();

  /**
   * The text blocks of a prompt, so that it stays text whatever it looks like.
   *
   * @param first whether no other block comes before them
   */
  List<String> blocks(String prompt, boolean first);

  /** Whether something said is the model's, and not the agent's own remark. */
  boolean isAnswer(AcpLine said);

  /** What a turn's result says about the turn's tokens. */
  @Nullable Usage usage(AcpLine.Result result);

  /** What the operator is to do when the agent has no login, or a wrong one. */
  String loginAdvice();

  /** Takes away what tools of the agent that were killed have left in the session's directory. */
  void tidy(SessionDirectory directory);

  /** Deletes what the agent has recorded of a session, once nothing of it runs. */
  void forget(AgentSession session, SessionDirectory directory, SessionSettings settings);
}

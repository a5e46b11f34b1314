package com.clawdforge.acpx.session;

import com.clawdforge.core.agent.AgentRun;
import com.clawdforge.core.agent.AgentRunner;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.TurnListener;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Optional;

/** A driver for sessions: the part of {@link AgentRunner} that concerns sessions. */
public interface SessionDriver extends AutoCloseable {
  /** As {@link AgentRunner#open}. */
  SessionOpening open(AgentSession session);

  /** As {@link AgentRunner#prompt}. */
  AgentRun prompt(AgentSession session, Prompt prompt, TurnListener listener);

  /** As {@link AgentRunner#takeBackgroundCost}. */
  Optional<BigDecimal> takeBackgroundCost(AgentSession session);

  /** As {@link AgentRunner#close(AgentSession)}. */
  void close(AgentSession session);

  /** As {@link AgentRunner#endOrphanedAgents}. */
  void endOrphanedAgents(Collection<String> sessionIds);

  /** As {@link AgentRunner#close()}, for turns and sessions. */
  @Override
  void close();
}

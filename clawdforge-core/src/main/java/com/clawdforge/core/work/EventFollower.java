package com.clawdforge.core.work;

import com.clawdforge.core.agent.AgentEvent;

/** Whoever watches an agent's messages as they come. */
@FunctionalInterface
public interface EventFollower {
  /**
   * Told each message once and in order. Must not block: the agent is waited for meanwhile. One
   * that throws is told nothing more.
   *
   * @param seq counts from 1
   */
  void onEvent(long seq, AgentEvent event);
}

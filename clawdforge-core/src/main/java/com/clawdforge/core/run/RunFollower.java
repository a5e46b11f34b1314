package com.clawdforge.core.run;

import com.clawdforge.core.agent.AgentEvent;

/** Whoever watches a run's messages as they come. */
@FunctionalInterface
public interface RunFollower {
  /**
   * Told each message once and in order. Must not block: the agent is waited for meanwhile. One
   * that throws is told nothing more.
   *
   * @param seq counts from 1
   */
  void onEvent(long seq, AgentEvent event);
}

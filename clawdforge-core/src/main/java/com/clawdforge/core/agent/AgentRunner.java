package com.clawdforge.core.agent;

import java.util.Collection;

/** An agent adapter that runs both one-shots and sessions. */
public interface AgentRunner extends OneShots, AgentSessions {
  /**
   * Ends what an earlier gateway left behind when it died.
   *
   * @param ids of runs and sessions; no run has the id of a session
   */
  @Override
  void endOrphans(Collection<String> ids);

  /** Ends all runs, turns and processes and waits for them. Idempotent. */
  @Override
  void close();
}

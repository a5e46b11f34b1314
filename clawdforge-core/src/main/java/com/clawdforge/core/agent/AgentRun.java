package com.clawdforge.core.agent;

/** One piece of an agent's work. Safe for any thread. */
public interface AgentRun {
  /**
   * Waits for the outcome; any number of threads may. It is there within the run's timeout and a
   * short grace, and by then no process and no directory of the run is left.
   */
  AgentOutcome await() throws InterruptedException;

  /**
   * Asks the agent to stop, and ends its process tree when it does not. Returns at once; the
   * outcome follows, {@link AgentOutcome.Cancelled} unless the run was over already. Idempotent.
   */
  void cancel();
}

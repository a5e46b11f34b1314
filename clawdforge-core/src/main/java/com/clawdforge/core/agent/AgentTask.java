package com.clawdforge.core.agent;

/** One piece of an agent's work, a one-shot or a turn. Safe for any thread. */
public interface AgentTask {
  /**
   * Waits for the outcome; any number of threads may. It is there within the timeout and a short
   * grace. By then no process and no directory of a one-shot is left; what a turn may leave, {@link
   * AgentSessions#prompt} says.
   */
  AgentOutcome await() throws InterruptedException;

  /**
   * Asks the agent to stop, and ends its process tree when it does not. Returns at once; the
   * outcome follows, {@link AgentOutcome.Cancelled} unless the run was over already. Idempotent.
   */
  void cancel();
}

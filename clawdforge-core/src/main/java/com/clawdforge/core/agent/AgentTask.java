package com.clawdforge.core.agent;

/** One task of an agent, a one-shot or a turn. Safe for any thread. */
public interface AgentTask {
  /**
   * Waits for the outcome, which is known within the timeout and a short grace period. Any number
   * of threads may wait. By then no process or directory of a one-shot is left; {@link
   * AgentSessions#prompt} says what a turn may leave.
   */
  AgentOutcome await() throws InterruptedException;

  /**
   * Asks the agent to stop, and ends its process tree if it does not. Returns at once; the outcome
   * follows, {@link AgentOutcome.Cancelled} unless the work had already ended. Idempotent.
   */
  void cancel();
}

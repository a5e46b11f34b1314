package com.clawdforge.core.agent;

import org.jspecify.annotations.Nullable;

/** How an agent's work ended. */
public sealed interface AgentOutcome {
  /** What the agent reported, however the work ended. */
  AgentReport report();

  /**
   * The agent answered.
   *
   * @param text the final text, unchanged
   * @param structured the answer as JSON text that matches the requested schema, or null
   */
  record Completed(String text, @Nullable String structured, AgentReport report)
      implements AgentOutcome {}

  /**
   * The agent could not be run, or ran and failed.
   *
   * @param message for the app's developer: what went wrong and, where that is known, what to do
   * @param stderrTail the end of what the agent wrote to its standard error, secrets masked
   */
  record Failed(
      AgentFailure failure,
      String message,
      String stderrTail,
      AgentReport report,
      RetryAdvice retry)
      implements AgentOutcome {
    /** A failure that says nothing about a retry. */
    public Failed(AgentFailure failure, String message, String stderrTail, AgentReport report) {
      this(failure, message, stderrTail, report, RetryAdvice.NONE);
    }
  }

  /** {@link AgentTask#cancel()} ended the work. */
  record Cancelled(AgentReport report) implements AgentOutcome {}

  /** The timeout passed. */
  record TimedOut(String stderrTail, AgentReport report) implements AgentOutcome {}
}

package com.clawdforge.core.agent;

import org.jspecify.annotations.Nullable;

/** How an agent's work ended. */
public sealed interface AgentOutcome {
  /** What is known of the work however it ended. */
  AgentReport report();

  /**
   * The agent answered.
   *
   * @param text its final text, as it was
   * @param structured the answer as JSON text, valid under the schema that was asked for; null when
   *     none was
   */
  record Completed(String text, @Nullable String structured, AgentReport report)
      implements AgentOutcome {}

  /**
   * The agent could not be run, or ran and failed.
   *
   * @param message for the app's developer: what went wrong and, where that is known, what to do
   * @param stderrTail the end of what the agent wrote to its standard error, secrets masked
   */
  record Failed(AgentFailure failure, String message, String stderrTail, AgentReport report)
      implements AgentOutcome {}

  /** {@link AgentTask#cancel()} ended it. */
  record Cancelled(AgentReport report) implements AgentOutcome {}

  /** Its timeout passed. */
  record TimedOut(String stderrTail, AgentReport report) implements AgentOutcome {}
}

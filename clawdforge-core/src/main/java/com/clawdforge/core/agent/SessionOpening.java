package com.clawdforge.core.agent;

/** Whether an agent can provide a session as requested. */
public sealed interface SessionOpening {
  /** It can; the first prompt may follow. */
  record Ready() implements SessionOpening {}

  /**
   * The agent or its driver does not support an option.
   *
   * @param field the option's name in the contract, {@code system} for example
   * @param why for the app's developer
   */
  record Unsupported(String field, String why) implements SessionOpening {}

  /**
   * The agent is missing.
   *
   * @param why for the app's developer and the operator; names the command that installs it
   */
  record Unavailable(String why) implements SessionOpening {}
}

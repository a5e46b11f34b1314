package com.clawdforge.core.agent;

/** Whether a session can be had as it is asked for. */
public sealed interface SessionOpening {
  /** It can; its first prompt may follow. */
  record Ready() implements SessionOpening {}

  /**
   * The agent, or the way to it, cannot do what is asked for.
   *
   * @param field the contract's name of what cannot be done, {@code system} for example
   * @param why for the app's developer
   */
  record Unsupported(String field, String why) implements SessionOpening {}

  /**
   * The agent is not there.
   *
   * @param why for the app's developer and the operator, with the command that installs it
   */
  record Unavailable(String why) implements SessionOpening {}
}

package com.clawdforge.client;

/** How a system prompt and the agent's own combine. */
public enum SystemMode {
  /** Appended to the agent's own. */
  APPEND,
  /** Replaces the agent's own. */
  REPLACE
}

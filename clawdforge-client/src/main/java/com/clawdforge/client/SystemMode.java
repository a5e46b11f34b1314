package com.clawdforge.client;

/** How a system prompt meets the agent's own. */
public enum SystemMode {
  /** Added to it. */
  APPEND,
  /** In its place. */
  REPLACE
}

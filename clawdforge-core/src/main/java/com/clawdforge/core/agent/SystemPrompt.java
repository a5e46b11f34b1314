package com.clawdforge.core.agent;

/** Instructions to the model, added to the agent's own or in their place. */
public record SystemPrompt(String text, Mode mode) {
  /** How the text combines with the agent's own system prompt. */
  public enum Mode {
    APPEND,
    REPLACE
  }
}

package com.clawdforge.core.agent;

import java.time.Duration;
import java.util.List;

/**
 * The input of an agent in a one-shot or turn.
 *
 * @param text plain text; the agent must not expand or execute any of it
 * @param attachments in the order in which the model is to see them, names distinct
 * @param timeout from {@link OneShots#start} or {@link AgentSessions#prompt} on; positive
 */
public record Prompt(String text, List<Attachment> attachments, Duration timeout) {
  public Prompt {
    attachments = List.copyOf(attachments);
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout must be positive, was " + timeout);
    }
  }

  /** Omits the text, so that this may be logged. */
  @Override
  public String toString() {
    return "Prompt[timeout=" + timeout + ", attachments=" + attachments.size() + "]";
  }
}

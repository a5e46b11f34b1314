package com.clawdforge.core.agent;

import java.time.Duration;
import java.util.List;

/**
 * What an agent is asked in a one-shot or turn.
 *
 * @param text text and nothing else: whatever the agent would expand or execute in it, it must not
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

  /** Not the text: this may be logged. */
  @Override
  public String toString() {
    return "Prompt[timeout=" + timeout + ", attachments=" + attachments.size() + "]";
  }
}

package com.clawdforge.core.agent;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One prompt for a fresh agent that remembers nothing and is remembered nowhere.
 *
 * @param runId the gateway's id of this run; names its processes and directory
 * @param prompt text and nothing else: whatever the agent would expand or execute in it, it must
 *     not
 * @param model the provider's id or an alias of the agent's
 * @param system null for the agent's own system prompt
 * @param effort null for the agent's own choice
 * @param attachments in the order in which the model is to see them, names distinct
 * @param timeout from {@link OneShots#start} on; positive
 * @param jsonSchema a JSON Schema as JSON text that the answer must be valid under, or null
 * @param maxBudgetUsd the most that the run may cost in US dollars, or null
 * @param tools null for the agent's own set with its own caution; else exactly these are offered,
 *     and allowed
 * @param ceiling what the agent may do at most, or null for anything. The tools that are named are
 *     within it; of the agent's own set, tools of a kind that a {@link Permissions.Policy} denies
 *     are not offered.
 */
public record OneShot(
    String runId,
    String prompt,
    String model,
    @Nullable SystemPrompt system,
    @Nullable Effort effort,
    List<Attachment> attachments,
    Duration timeout,
    @Nullable String jsonSchema,
    @Nullable BigDecimal maxBudgetUsd,
    @Nullable List<String> tools,
    @Nullable Permissions ceiling) {
  public OneShot {
    attachments = List.copyOf(attachments);
    tools = tools == null ? null : List.copyOf(tools);
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout must be positive, was " + timeout);
    }
  }

  /** Neither prompt nor system prompt: this may be logged. */
  @Override
  public String toString() {
    return "OneShot[" + runId + ", model=" + model + ", timeout=" + timeout + "]";
  }
}

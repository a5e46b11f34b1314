package com.clawdforge.core.agent;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One prompt for a fresh agent that remembers nothing and is remembered nowhere.
 *
 * @param runId the gateway's id of this run; names its processes and directory
 * @param model the provider's id or an alias of the agent's
 * @param system null for the agent's own system prompt
 * @param effort null for the agent's own choice
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
    Prompt prompt,
    String model,
    @Nullable SystemPrompt system,
    @Nullable Effort effort,
    @Nullable String jsonSchema,
    @Nullable BigDecimal maxBudgetUsd,
    @Nullable List<String> tools,
    @Nullable Permissions ceiling) {
  public OneShot {
    tools = tools == null ? null : List.copyOf(tools);
  }

  /** Neither prompt nor system prompt: this may be logged. */
  @Override
  public String toString() {
    return "OneShot[" + runId + ", model=" + model + ", " + prompt + "]";
  }
}

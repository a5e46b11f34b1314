package com.clawdforge.core.agent;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One prompt for a fresh agent, which continues no conversation and records none.
 *
 * @param runId the gateway's id of this run; names its processes and directory
 * @param model the provider's id or an alias of the agent's
 * @param system null for the agent's own system prompt
 * @param effort null for the agent's own choice
 * @param jsonSchema a JSON Schema as JSON text that the answer must be valid under, or null
 * @param maxBudgetUsd the most that the run may cost in US dollars, or null
 * @param tools null for the agent's default tools and rules; otherwise exactly these are offered
 *     and allowed
 * @param ceiling the most that the agent may do, or null for no limit. Named tools are within it;
 *     default tools of a kind that a {@link Permissions.Policy} denies are not offered.
 * @param network what its processes may reach
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
    @Nullable Permissions ceiling,
    Network network) {
  public OneShot {
    tools = tools == null ? null : List.copyOf(tools);
  }

  /** One that may reach all of the network. */
  public OneShot(
      String runId,
      Prompt prompt,
      String model,
      @Nullable SystemPrompt system,
      @Nullable Effort effort,
      @Nullable String jsonSchema,
      @Nullable BigDecimal maxBudgetUsd,
      @Nullable List<String> tools,
      @Nullable Permissions ceiling) {
    this(
        runId,
        prompt,
        model,
        system,
        effort,
        jsonSchema,
        maxBudgetUsd,
        tools,
        ceiling,
        Network.ALL);
  }

  /** Omits prompt and system prompt, so that this may be logged. */
  @Override
  public String toString() {
    return "OneShot[" + runId + ", model=" + model + ", " + prompt + "]";
  }
}

package com.clawdforge.core.session;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SystemPrompt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requested settings of a session, fixed from its first turn to its last.
 *
 * @param agent such as {@code claude}
 * @param model null for the agent's own choice
 * @param system null for the agent's own system prompt
 * @param network what the agent's processes may reach
 * @param allowedTools the only tools offered to the model, or null
 * @param background whether to offer tools whose work continues or starts after a turn
 * @param maxTurns the most model requests for a prompt, or null
 * @param meta the app's own, a JSON object as text
 */
public record SessionTerms(
    String agent,
    @Nullable String model,
    @Nullable SystemPrompt system,
    Permissions permissions,
    Network network,
    @Nullable List<String> allowedTools,
    boolean background,
    @Nullable Integer maxTurns,
    String meta) {
  public SessionTerms {
    allowedTools = allowedTools == null ? null : List.copyOf(allowedTools);
  }

  /** Those of a session that may reach all of the network. */
  public SessionTerms(
      String agent,
      @Nullable String model,
      @Nullable SystemPrompt system,
      Permissions permissions,
      @Nullable List<String> allowedTools,
      boolean background,
      @Nullable Integer maxTurns,
      String meta) {
    this(agent, model, system, permissions, Network.ALL, allowedTools, background, maxTurns, meta);
  }

  SessionTerms withoutSystem() {
    return new SessionTerms(
        agent, model, null, permissions, network, allowedTools, background, maxTurns, meta);
  }

  /** Omits system prompt and meta, so that this may be logged. */
  @Override
  public String toString() {
    return "SessionTerms[agent=" + agent + ", model=" + model + "]";
  }
}

package com.clawdforge.core.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent adapter needs to know about a conversation. This is a value: an adapter that does
 * not know the session, for example after a restart, can continue from it.
 *
 * @param sessionId the gateway's id, a UUID; names the session's processes and directory
 * @param owner names those whose sessions may share an agent's process; never an app's secret
 * @param agent such as {@code claude} or {@code codex}; {@code [A-Za-z0-9_-]{1,64}}
 * @param model the provider's id or an alias of the agent's; null for the agent's own choice
 * @param system null for the agent's own system prompt
 * @param network what its processes may reach
 * @param allowedTools the only tools offered to the model, by the agent's names; null for the
 *     agent's own set. {@code permissions} apply to them too
 * @param background whether to offer tools whose work continues or starts after a turn
 * @param maxTurns the most model requests for a prompt, or null
 * @param conversationId the agent's id of the conversation in the last turn, or null before the
 *     first
 */
public record AgentSession(
    String sessionId,
    String owner,
    String agent,
    @Nullable String model,
    @Nullable SystemPrompt system,
    Permissions permissions,
    Network network,
    @Nullable List<String> allowedTools,
    boolean background,
    @Nullable Integer maxTurns,
    @Nullable String conversationId) {
  public AgentSession {
    allowedTools = allowedTools == null ? null : List.copyOf(allowedTools);
  }

  /** A session that may reach all of the network. */
  public AgentSession(
      String sessionId,
      String owner,
      String agent,
      @Nullable String model,
      @Nullable SystemPrompt system,
      Permissions permissions,
      @Nullable List<String> allowedTools,
      boolean background,
      @Nullable Integer maxTurns,
      @Nullable String conversationId) {
    this(
        sessionId,
        owner,
        agent,
        model,
        system,
        permissions,
        Network.ALL,
        allowedTools,
        background,
        maxTurns,
        conversationId);
  }

  /** A session whose work ends with each turn, and which shares nothing with others. */
  public AgentSession(
      String sessionId,
      String agent,
      @Nullable String model,
      @Nullable SystemPrompt system,
      Permissions permissions,
      @Nullable List<String> allowedTools,
      @Nullable Integer maxTurns,
      @Nullable String conversationId) {
    this(
        sessionId,
        sessionId,
        agent,
        model,
        system,
        permissions,
        allowedTools,
        false,
        maxTurns,
        conversationId);
  }

  /** Omits the system prompt, so that this may be logged. */
  @Override
  public String toString() {
    return "AgentSession[" + sessionId + ", agent=" + agent + ", model=" + model + "]";
  }
}

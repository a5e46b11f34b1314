package com.clawdforge.core.agent;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with an agent, as far as an agent's side needs to know it. A value: a runner that
 * has never heard of the session, or has forgotten it in a restart, can go on from it.
 *
 * @param sessionId the gateway's id, a UUID; names the session's processes and directory
 * @param agent such as {@code claude} or {@code codex}; {@code [A-Za-z0-9_-]{1,64}}
 * @param model the provider's id or an alias of the agent's; null for the agent's own choice
 * @param system null for the agent's own system prompt
 * @param allowedTools the only tools that are offered to the model, by the agent's names for them;
 *     null for the agent's own set. {@code permissions} decide about them as about any other
 * @param background whether tools may be offered whose work goes on after a turn, or begins then
 * @param maxTurns how many requests to the model a prompt may take, or null
 * @param conversationId what the agent called the conversation in the last turn, or null before the
 *     first
 */
public record AgentSession(
    String sessionId,
    String agent,
    @Nullable String model,
    @Nullable SystemPrompt system,
    Permissions permissions,
    @Nullable List<String> allowedTools,
    boolean background,
    @Nullable Integer maxTurns,
    @Nullable String conversationId) {
  public AgentSession {
    allowedTools = allowedTools == null ? null : List.copyOf(allowedTools);
  }

  /** A session whose work ends with each turn. */
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
        agent,
        model,
        system,
        permissions,
        allowedTools,
        false,
        maxTurns,
        conversationId);
  }

  /** Without the system prompt: this may be logged. */
  @Override
  public String toString() {
    return "AgentSession[" + sessionId + ", agent=" + agent + ", model=" + model + "]";
  }
}

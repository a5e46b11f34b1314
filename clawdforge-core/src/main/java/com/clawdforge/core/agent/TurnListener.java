package com.clawdforge.core.agent;

/**
 * Told of a turn while it lasts, on one thread of the runner's. It must not block: the agent is
 * waited for meanwhile. What it throws is logged and ends nothing.
 */
public interface TurnListener {
  /**
   * The agent takes the prompt, in the conversation that it calls by this id: once, before the
   * first event. Not told of a turn whose prompt never reached the agent. Another id than {@link
   * AgentSession#conversationId()} means that the agent has lost the conversation and begins a new
   * one.
   */
  void onConversation(String conversationId);

  /**
   * Each message of the agent to its client, and each answer of the client to a request for
   * permission, in order: what follows the prompt, up to and including its result.
   */
  void onEvent(AgentEvent event);
}

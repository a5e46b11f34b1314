package com.clawdforge.core.agent;

/**
 * Receives what happens in a turn, one call after the other. It must not block: the agent waits
 * meanwhile. An exception it throws is logged and changes nothing.
 */
public interface TurnListener {
  /**
   * The agent accepted the prompt, in the conversation with this id. Called once, before the first
   * event; never if the prompt did not reach the agent. An id other than {@link
   * AgentSession#conversationId()} means that the agent lost the conversation and starts a new one.
   */
  void onConversation(String conversationId);

  /**
   * Called in order for each message of the agent to its client and each client answer to a
   * permission request, from after the prompt up to and including its result.
   */
  void onEvent(AgentEvent event);

  /**
   * Called in order for each message of the agent that came after the turn's result and before the
   * next prompt, even after the outcome is known. It belongs to no turn.
   */
  void onAfterwards(AgentEvent event);
}

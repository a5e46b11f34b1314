package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;

/** Something about a turn that the ledger is to remember. */
public sealed interface TurnRecord {
  /** The agent was asked. */
  record Started(Turn turn) implements TurnRecord {}

  /**
   * The agent took the prompt.
   *
   * @param conversationId what the agent calls the conversation, remembered for the session too
   * @param contextLost whether that is not the conversation of the turns before
   */
  record PromptAccepted(String sessionId, int index, String conversationId, boolean contextLost)
      implements TurnRecord {}

  /**
   * The agent sent an event.
   *
   * @param seq counts from 1 within the turn
   */
  record EventRecorded(String sessionId, int index, long seq, AgentEvent event)
      implements TurnRecord {}

  /**
   * The turn is over.
   *
   * @param forgetKey whether its idempotency key may be used again
   */
  record Ended(Turn turn, boolean forgetKey) implements TurnRecord {}
}

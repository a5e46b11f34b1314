package com.clawdforge.core.session;

import com.clawdforge.core.agent.AgentEvent;

/** Something that happened in a turn, for the ledger. */
public sealed interface TurnRecord {
  /** The agent was prompted. */
  record Started(Turn turn) implements TurnRecord {}

  /**
   * The agent accepted the prompt.
   *
   * @param conversationId the agent's id of the conversation, recorded for the session too
   * @param contextLost whether that is not the conversation of the earlier turns
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
   * The agent sent a message after a turn's result, before the next turn.
   *
   * @param seq counts on from the turn's events
   */
  record SentAfterwards(String sessionId, int index, long seq, AgentEvent event)
      implements TurnRecord {}

  /**
   * The turn is over.
   *
   * @param forgetKey whether its idempotency key may be used again
   */
  record Ended(Turn turn, boolean forgetKey) implements TurnRecord {}
}

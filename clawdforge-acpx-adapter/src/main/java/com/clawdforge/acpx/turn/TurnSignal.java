package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.protocol.AcpMessage;
import com.clawdforge.core.agent.ProviderRetry;

/** An event of a turn that its supervising thread acts on. */
public sealed interface TurnSignal {
  /** The agent has the prompt. */
  record Started() implements TurnSignal {}

  /** The agent sent the prompt's result. */
  record Answered(AcpMessage.Result result) implements TurnSignal {}

  /** The agent refused the prompt. */
  record Refused(AcpMessage.Failure failure) implements TurnSignal {}

  /** The agent refused a request before it had the prompt; acpx may find another way. */
  record HandshakeFailed(AcpMessage.Failure failure) implements TurnSignal {}

  /** The provider refused the agent's login; the agent would retry again and again. */
  record LoginRefused(String why) implements TurnSignal {}

  /** The agent will repeat a request to the provider. */
  record Retried(ProviderRetry retry) implements TurnSignal {}

  /** Acpx itself reported an error. */
  record AcpxFailed(AcpMessage.Failure failure) implements TurnSignal {}

  /** The output exceeded its limit. */
  record TooMuch(String what) implements TurnSignal {}

  /** The output ended: the client has exited, or closed it. */
  record Ended() implements TurnSignal {}

  /** A caller cancelled the turn. */
  record Cancelled() implements TurnSignal {}

  /** The turn's time is over. */
  record Late() implements TurnSignal {}
}

package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.protocol.AcpLine;

/** What happens to a turn, told to the thread that supervises it. */
public sealed interface TurnSignal {
  /** The agent has the prompt. */
  record Started() implements TurnSignal {}

  /** The prompt's result. */
  record Answered(AcpLine.Result result) implements TurnSignal {}

  /** The prompt's failure, by the agent. */
  record Refused(AcpLine.Failure failure) implements TurnSignal {}

  /** The agent refused something before it had the prompt; acpx may find another way. */
  record HandshakeFailed(AcpLine.Failure failure) implements TurnSignal {}

  /** The provider has refused the agent's login, which the agent would try again and again. */
  record LoginRefused(String why) implements TurnSignal {}

  /** What acpx itself has to say against it. */
  record AcpxFailed(AcpLine.Failure failure) implements TurnSignal {}

  /** More came than was agreed on. */
  record TooMuch(String what) implements TurnSignal {}

  /** The client is gone, or nothing more will come of it. */
  record Ended() implements TurnSignal {}

  /** Somebody asked to stop. */
  record Cancelled() implements TurnSignal {}

  /** The turn's time is over. */
  record Late() implements TurnSignal {}
}

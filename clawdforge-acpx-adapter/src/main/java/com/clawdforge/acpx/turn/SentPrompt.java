package com.clawdforge.acpx.turn;

import com.clawdforge.acpx.protocol.AcpMessage;
import org.jspecify.annotations.Nullable;

/** A prompt on its way to an agent, or with it. For the thread that supervises the turn. */
public interface SentPrompt {
  /**
   * Asks the agent to cancel the prompt, and waits some seconds for its result.
   *
   * @return null if the agent sent none, or is not to be waited for
   */
  AcpMessage.@Nullable Result stop() throws InterruptedException;

  /** What carries the prompt, at the beginning of a sentence about its end. */
  String carrier();

  /** The end of what the programs that carry the prompt wrote to their standard error. */
  String stderrTail();

  /** Whether the agent was started, or took up the conversation again, for this prompt. */
  boolean fresh();

  /** Gives up what was needed for this prompt alone. */
  void close();
}

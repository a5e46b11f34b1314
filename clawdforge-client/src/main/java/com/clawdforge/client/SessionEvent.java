package com.clawdforge.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something that happens in a session, in the order in which it happens. */
public sealed interface SessionEvent {
  /** The turn that it belongs to, or that it follows. */
  int turnIndex();

  /**
   * A turn has begun, or has ended without that.
   *
   * @param promptBytes length of the prompt in UTF-8
   */
  record TurnStarted(int turnIndex, long promptBytes) implements SessionEvent {}

  /**
   * A message of the agent.
   *
   * @param betweenTurns whether it came after the turn's end
   */
  record Message(int turnIndex, boolean betweenTurns, TurnEvent event) implements SessionEvent {}

  /**
   * A turn is over.
   *
   * @param stopReason as ACP spells it; null if the agent gave none
   * @param duration from the agent's start to its end
   */
  record TurnEnded(int turnIndex, @Nullable String stopReason, Duration duration)
      implements SessionEvent {}

  /** A turn has failed. */
  record TurnFailed(int turnIndex, Failure failure) implements SessionEvent {}
}

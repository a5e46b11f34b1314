package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.program.ClaudeLine;
import com.clawdforge.core.agent.Usage;
import org.jspecify.annotations.Nullable;

/**
 * The results of one run: the CLI sends several if the model paused in its answer, or if what ran
 * in the background asks the model again. For one thread.
 */
final class Results {
  /** The Messages API's stop reason for an answer that the model goes on with if it is asked. */
  private static final String PAUSED = "pause_turn";

  private static final int MOST_PAUSES = 8;

  private final StringBuilder paused = new StringBuilder();
  private @Nullable Usage before;
  private int pauses;

  /**
   * Whether another result follows this one.
   *
   * @param stdin is told to have the model go on where it has paused
   */
  boolean goOnAfter(ClaudeLine.Result result, StdinWriter stdin) {
    boolean pause = isPause(result) && pauses < MOST_PAUSES;
    boolean goesOn = pause || (result.succeeded() && result.queuedTurns() > 0);
    if (goesOn) {
      before = sum(result.usage());
    }
    if (pause) {
      pauses++;
      paused.append(result.text());
      stdin.goOn();
    } else if (goesOn) {
      // What follows is an answer of its own.
      paused.setLength(0);
    }
    return goesOn;
  }

  private static boolean isPause(ClaudeLine.Result result) {
    return PAUSED.equals(result.stopReason()) && result.succeeded();
  }

  /** The last result, with what the model had said before it paused and all tokens. */
  ClaudeLine.Result joined(ClaudeLine.Result last) {
    return before == null ? last : last.with(paused + last.text(), sum(last.usage()));
  }

  private @Nullable Usage sum(@Nullable Usage more) {
    if (before == null || more == null) {
      return before == null ? more : before;
    }
    return before.plus(more);
  }
}

package com.clawdforge.core.run;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.time.Duration;

/**
 * What runs run on, how many the gateway takes on, and how long it remembers them.
 *
 * @param agent the agent of all runs
 * @param model what a run without a model of its own gets
 * @param maxPromptBytes longest prompt and longest system prompt, in bytes of UTF-8
 * @param maxConcurrent how many agents run at once
 * @param maxWaiting how many runs may wait for a free place
 * @param maxWait how long a run waits for a free place
 * @param retention how long the ledger keeps a run
 * @param keepContent whether the ledger keeps prompts and answers as long as the runs
 */
public record RunLimits(
    String agent,
    String model,
    long maxPromptBytes,
    int maxConcurrent,
    int maxWaiting,
    Duration maxWait,
    Duration retention,
    boolean keepContent) {
  /** When a caller that was refused for the server's sake should try again. */
  static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** For a repeated request whose first run is over and not recorded: no limit is in its way. */
  static Refusal earlierRunEnding() {
    return Refusal.retryLater(
        ErrorCode.AT_CAPACITY,
        "the earlier run under this Idempotency-Key is just ending; try again soon",
        RETRY_AFTER);
  }

  Refusal atCapacity() {
    return Refusal.retryLater(
        ErrorCode.AT_CAPACITY,
        "all " + maxConcurrent + " places for runs are taken; try again soon",
        RETRY_AFTER);
  }
}

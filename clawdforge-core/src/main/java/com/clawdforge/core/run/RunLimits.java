package com.clawdforge.core.run;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.time.Duration;

/**
 * The agent of runs, how many runs the gateway accepts, and how long it remembers them.
 *
 * @param agent the agent of all runs
 * @param model the default model
 * @param maxPromptBytes longest prompt and longest system prompt, in bytes of UTF-8
 * @param maxConcurrent how many agents run at once
 * @param maxWaiting how many runs may wait for a free place
 * @param maxWait how long a run waits for a free place
 * @param retention how long the ledger keeps a run
 * @param keepAnswers how long the ledger keeps the answer of each run, which a proxy may have cut
 *     off unseen; 0 for only those whose caller is known not to have got it, or has a key
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
    Duration keepAnswers,
    boolean keepContent) {
  /** Refuses a repeated request whose first run has ended but is not recorded. */
  static Refusal earlierRunEnding() {
    return Refusal.retrySoon(
        ErrorCode.AT_CAPACITY,
        "the earlier run under this Idempotency-Key is just ending; try again soon");
  }

  Refusal atCapacity() {
    return Refusal.retrySoon(
        ErrorCode.AT_CAPACITY,
        "all " + maxConcurrent + " places for runs are taken; try again soon");
  }
}

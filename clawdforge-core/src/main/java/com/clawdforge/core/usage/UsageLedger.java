package com.clawdforge.core.usage;

import com.clawdforge.core.agent.Usage;
import java.math.BigDecimal;
import java.util.List;

/**
 * Sums over all runs and turns that the ledger still remembers and that are over. Calls may come
 * from any thread, block for as long as the sum takes, and throw {@link
 * com.clawdforge.core.error.StoreException} when the store is broken.
 */
public interface UsageLedger {
  /** What is summed up separately. */
  enum GroupBy {
    /** The token's name when the work was accepted. */
    TOKEN,
    /** The model that answered, or else was asked for; empty if neither is known. */
    MODEL,
    /** The day in UTC on which the work was over, {@code 2026-11-21} for example. */
    DAY
  }

  /**
   * One group.
   *
   * @param group the token's name, the model or the day
   * @param runs how many one-shot runs
   * @param turns how many turns of sessions
   */
  record Sum(String group, long runs, long turns, Usage usage, BigDecimal costUsd) {}

  /** All groups; by day newest first, else the most expensive first. */
  List<Sum> sums(GroupBy groupBy);
}

package com.clawdforge.core.usage;

import com.clawdforge.core.agent.Usage;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;

/**
 * Sums over the ended runs and turns that are still in the ledger. Safe for any thread. Calls block
 * for as long as the sum takes and throw {@link com.clawdforge.core.error.StoreException} when the
 * store fails.
 */
public interface UsageLedger {
  /** How the sums are grouped. */
  enum GroupBy {
    /** The token's name when the work was accepted. */
    TOKEN,
    /** The model that answered, or else the requested one; empty if neither is known. */
    MODEL,
    /** The day in UTC on which the work ended, {@code 2026-11-21} for example. */
    DAY;

    /** The order of the groups: days newest first, others most expensive first. */
    public Comparator<Sum> order() {
      return switch (this) {
        case DAY -> Comparator.comparing(Sum::group).reversed();
        case TOKEN, MODEL ->
            Comparator.comparing(Sum::costUsd).reversed().thenComparing(Sum::group);
      };
    }
  }

  /**
   * One group.
   *
   * @param group the token's name, the model or the day
   * @param runs the number of one-shot runs
   * @param turns the number of turns
   */
  record Sum(String group, long runs, long turns, Usage usage, BigDecimal costUsd) {
    /** Adds a sum of the same group. */
    public Sum plus(Sum other) {
      return new Sum(
          group,
          runs + other.runs,
          turns + other.turns,
          usage.plus(other.usage),
          costUsd.add(other.costUsd));
    }
  }

  /** Returns all groups, in {@link GroupBy#order}. */
  List<Sum> sums(GroupBy groupBy);
}

package com.clawdforge.core.usage;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * What the work of each token has cost, by the day in UTC on which it ended. It is kept as long as
 * the ledger, whatever becomes of the records of runs and sessions. Safe for any thread. Calls
 * block for a disk access and throw {@link com.clawdforge.core.error.StoreException} when the store
 * fails.
 */
public interface Spending {
  /** How many days after the first one {@link #since} counts. */
  int DAYS_AHEAD = 31;

  /**
   * Returns what a token has spent, in US dollars: the cost of each run, turn and piece of
   * background work that was recorded on this day or in the 31 days after it.
   *
   * @param day later days count too, so that a clock that is set back makes nobody richer; but not
   *     all of them, so that a clock that was once far ahead locks no budget for ever
   */
  BigDecimal since(String tokenId, LocalDate day);

  /**
   * Counts an amount as spent by a token, durably: for work whose agent did not say what it cost.
   */
  void add(String tokenId, LocalDate day, BigDecimal usd);

  /** Nobody spends anything. */
  Spending NOTHING =
      new Spending() {
        @Override
        public BigDecimal since(String tokenId, LocalDate day) {
          return BigDecimal.ZERO;
        }

        @Override
        public void add(String tokenId, LocalDate day, BigDecimal usd) {}
      };
}

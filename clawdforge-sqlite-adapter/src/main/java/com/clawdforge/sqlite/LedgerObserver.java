package com.clawdforge.sqlite;

import java.time.Duration;

/**
 * Told how the ledger does, by whatever thread uses it. Must not block; what it throws is logged
 * and harms nothing.
 */
public interface LedgerObserver {
  /** Who wants to know nothing. */
  LedgerObserver NONE =
      new LedgerObserver() {
        @Override
        public void wrote(Duration waited, Duration took) {}

        @Override
        public void recorded(int records) {}

        @Override
        public void failed(LedgerFault fault) {}
      };

  /**
   * One transaction that writes is over, however it ended.
   *
   * @param waited until those before it were done
   * @param took from then on, the disk's part included
   */
  void wrote(Duration waited, Duration took);

  /** So many records of turns went to the disk together. */
  void recorded(int records);

  /** Something could not be read or written. */
  void failed(LedgerFault fault);
}

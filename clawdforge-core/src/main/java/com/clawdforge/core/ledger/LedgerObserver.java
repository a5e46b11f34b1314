package com.clawdforge.core.ledger;

import java.time.Duration;

/**
 * Learns how the ledger does, on the threads that use it. Must not block; an exception it throws is
 * logged and changes nothing.
 */
public interface LedgerObserver {
  /** Ignores everything. */
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

  /** The same observer; what it throws is logged and goes no further. */
  static LedgerObserver guarded(LedgerObserver observer) {
    return new GuardedObserver(observer);
  }
}

package com.clawdforge.core.ledger;

import java.time.Duration;

/**
 * Receives measurements of the ledger, on the threads that use it. Must not block; an exception it
 * throws is logged and changes nothing.
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
   * A write transaction ended, successfully or not.
   *
   * @param waited time in the queue of writers
   * @param took time from then on, disk included
   */
  void wrote(Duration waited, Duration took);

  /** A batch of this many turn records was written. */
  void recorded(int records);

  /** A read or a write failed. */
  void failed(LedgerFault fault);

  /** Returns an observer that logs what the given one throws. */
  static LedgerObserver guarded(LedgerObserver observer) {
    return new GuardedObserver(observer);
  }
}

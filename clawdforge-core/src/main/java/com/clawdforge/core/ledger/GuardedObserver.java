package com.clawdforge.core.ledger;

import com.clawdforge.core.error.Guarded;
import java.time.Duration;

/** A transaction that is on the disk must not look failed because of an observer. */
record GuardedObserver(LedgerObserver observer) implements LedgerObserver {
  private static final String WHAT = "an observer of the ledger";

  @Override
  public void wrote(Duration waited, Duration took) {
    Guarded.run(WHAT, () -> observer.wrote(waited, took));
  }

  @Override
  public void recorded(int records) {
    Guarded.run(WHAT, () -> observer.recorded(records));
  }

  @Override
  public void failed(LedgerFault fault) {
    Guarded.run(WHAT, () -> observer.failed(fault));
  }
}

package com.clawdforge.core.ledger;

import com.clawdforge.core.error.Guarded;
import java.time.Duration;

/** Logs what an observer throws: it must not make a committed transaction look failed. */
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

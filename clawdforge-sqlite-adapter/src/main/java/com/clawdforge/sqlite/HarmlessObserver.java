package com.clawdforge.sqlite;

import com.clawdforge.core.ledger.LedgerFault;
import com.clawdforge.core.ledger.LedgerObserver;
import java.time.Duration;

/**
 * Keeps what an observer throws from the ledger: a transaction that is on the disk must not look as
 * if it had failed.
 */
record HarmlessObserver(LedgerObserver observer) implements LedgerObserver {
  private static final System.Logger log = System.getLogger(HarmlessObserver.class.getName());

  @Override
  public void wrote(Duration waited, Duration took) {
    tell(() -> observer.wrote(waited, took));
  }

  @Override
  public void recorded(int records) {
    tell(() -> observer.recorded(records));
  }

  @Override
  public void failed(LedgerFault fault) {
    tell(() -> observer.failed(fault));
  }

  private static void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, "an observer of the ledger failed", e);
    }
  }
}

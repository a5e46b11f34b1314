package com.clawdforge.core.usage;

import com.clawdforge.core.ledger.InMemoryLedger;
import com.clawdforge.core.ledger.Ledger;

final class InMemoryUsageLedgerTest extends UsageLedgerContract {
  private final Ledger ledger = new InMemoryLedger();

  @Override
  protected Ledger ledger() {
    return ledger;
  }
}

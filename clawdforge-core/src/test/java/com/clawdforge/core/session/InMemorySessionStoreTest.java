package com.clawdforge.core.session;

import com.clawdforge.core.ledger.InMemoryLedger;
import com.clawdforge.core.ledger.Ledger;
import org.junit.jupiter.api.Nested;

final class InMemorySessionStoreTest {
  @Nested
  final class Sessions extends SessionStoreContract {
    private final Ledger ledger = new InMemoryLedger();

    @Override
    protected Ledger ledger() {
      return ledger;
    }
  }

  @Nested
  final class Turns extends TurnStoreContract {
    private final Ledger ledger = new InMemoryLedger();

    @Override
    protected Ledger ledger() {
      return ledger;
    }
  }

  @Nested
  final class Trail extends SessionTrailContract {
    private final Ledger ledger = new InMemoryLedger();

    @Override
    protected Ledger ledger() {
      return ledger;
    }
  }
}

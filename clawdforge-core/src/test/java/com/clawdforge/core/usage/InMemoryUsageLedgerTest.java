package com.clawdforge.core.usage;

import com.clawdforge.core.run.InMemoryRunStore;
import com.clawdforge.core.run.RunStore;
import com.clawdforge.core.session.InMemorySessionStore;
import com.clawdforge.core.session.SessionStore;

final class InMemoryUsageLedgerTest extends UsageLedgerContract {
  private final InMemoryRunStore runs = new InMemoryRunStore();
  private final InMemorySessionStore sessions = new InMemorySessionStore();

  @Override
  protected RunStore runs() {
    return runs;
  }

  @Override
  protected SessionStore sessions() {
    return sessions;
  }

  @Override
  protected UsageLedger usage() {
    return new InMemoryUsageLedger(runs, sessions);
  }
}

package com.clawdforge.core.ledger;

import com.clawdforge.core.auth.InMemoryTokenAuth;
import com.clawdforge.core.file.InMemoryFileStore;
import com.clawdforge.core.run.InMemoryRunStore;
import com.clawdforge.core.session.InMemorySessionStore;
import com.clawdforge.core.usage.InMemorySpending;
import com.clawdforge.core.usage.InMemoryUsageLedger;

/** A {@link Ledger} in memory. Safe for any thread. */
public final class InMemoryLedger implements Ledger {
  private final InMemoryTokenAuth tokens = new InMemoryTokenAuth();
  private final InMemoryRunStore runs = new InMemoryRunStore();
  private final InMemorySessionStore sessions = new InMemorySessionStore();
  private final InMemoryFileStore files = new InMemoryFileStore();
  private final InMemorySpending spending = new InMemorySpending(runs, sessions);

  @Override
  public InMemoryTokenAuth tokens() {
    return tokens;
  }

  @Override
  public InMemoryRunStore runs() {
    return runs;
  }

  @Override
  public InMemorySessionStore sessions() {
    return sessions;
  }

  @Override
  public InMemorySessionStore turns() {
    return sessions;
  }

  @Override
  public InMemorySessionStore trail() {
    return sessions;
  }

  @Override
  public InMemoryFileStore files() {
    return files;
  }

  @Override
  public InMemoryUsageLedger usage() {
    return new InMemoryUsageLedger(runs, sessions);
  }

  @Override
  public InMemorySpending spending() {
    return spending;
  }

  @Override
  public void checkWritable() {}

  @Override
  public void close() {}
}

package com.clawdforge.core.ledger;

import com.clawdforge.core.auth.TokenAuth;
import com.clawdforge.core.file.FileStore;
import com.clawdforge.core.run.RunStore;
import com.clawdforge.core.session.AuditTrail;
import com.clawdforge.core.session.SessionStore;
import com.clawdforge.core.session.TurnStore;
import com.clawdforge.core.usage.UsageLedger;

/**
 * Everything that the gateway remembers, in one store: a change and what follows from it elsewhere
 * are one step. The parts work until the ledger is closed. Safe for any thread.
 */
public interface Ledger extends AutoCloseable {
  TokenAuth tokens();

  RunStore runs();

  SessionStore sessions();

  TurnStore turns();

  AuditTrail trail();

  FileStore files();

  UsageLedger usage();

  /**
   * Writes as anything is written that has to last, and changes nothing. Waits for its turn among
   * the writers.
   *
   * @throws com.clawdforge.core.error.StoreException if nothing can be written now
   */
  void checkWritable();

  /** Writes what is still to be written and closes the store. Idempotent. */
  @Override
  void close();
}

package com.clawdforge.core.ledger;

import com.clawdforge.core.auth.TokenAuth;
import com.clawdforge.core.file.FileStore;
import com.clawdforge.core.run.RunStore;
import com.clawdforge.core.session.AuditTrail;
import com.clawdforge.core.session.SessionStore;
import com.clawdforge.core.session.TurnStore;
import com.clawdforge.core.usage.Spending;
import com.clawdforge.core.usage.UsageLedger;

/**
 * All stores of the gateway, in one database: a change that affects several of them is one
 * transaction. They work until the ledger is closed. Safe for any thread.
 */
public interface Ledger extends AutoCloseable {
  TokenAuth tokens();

  RunStore runs();

  SessionStore sessions();

  TurnStore turns();

  AuditTrail trail();

  FileStore files();

  UsageLedger usage();

  Spending spending();

  /**
   * Performs a durable write that changes nothing. Queues like any other write.
   *
   * @throws com.clawdforge.core.error.StoreException if the ledger cannot be written now
   */
  void checkWritable();

  /** Writes what is pending and closes the database. Idempotent. */
  @Override
  void close();
}

package com.example.ledger;

import com.clawdforge.core.ledger.Ledger;
import com.clawdforge.core.usage.UsageLedgerContract;
import com.clawdforge.sqlite.SqliteLedger;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A contract test of the core on a store, as another project would write it. */
final class UsageSumsTest extends UsageLedgerContract {
  @TempDir private Path folder;
  private Ledger ledger;

  @BeforeEach
  void open() {
    ledger = SqliteLedger.open(folder.resolve("ledger.db"), folder.resolve("files"));
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Override
  protected Ledger ledger() {
    return ledger;
  }
}

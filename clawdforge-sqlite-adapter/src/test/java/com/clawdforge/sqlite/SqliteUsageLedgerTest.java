package com.clawdforge.sqlite;

import com.clawdforge.core.ledger.Ledger;
import com.clawdforge.core.usage.UsageLedgerContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteUsageLedgerTest extends UsageLedgerContract {
  @TempDir private Path folder;
  private SqliteLedger ledger;

  @BeforeEach
  void open() {
    ledger = SqliteLedger.open(folder.resolve("clawdforge.db"), folder.resolve("files"));
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

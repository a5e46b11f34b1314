package com.example.ledger;

import com.clawdforge.core.run.RunStore;
import com.clawdforge.core.run.RunStoreContract;
import com.clawdforge.sqlite.SqliteLedger;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs the core's contract for run stores from a package outside clawdforge. */
final class RunLedgerTest extends RunStoreContract {
  @TempDir private Path folder;
  private SqliteLedger ledger;

  @BeforeEach
  void open() {
    ledger = SqliteLedger.open(folder.resolve("ledger.db"), folder.resolve("files"));
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Override
  protected RunStore runs() {
    return ledger.runs();
  }
}

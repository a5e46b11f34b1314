package com.clawdforge.sqlite;

import com.clawdforge.core.run.RunStore;
import com.clawdforge.core.run.RunStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteRunStoreTest extends RunStoreContract {
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
  protected RunStore runs() {
    return ledger.runStore();
  }
}

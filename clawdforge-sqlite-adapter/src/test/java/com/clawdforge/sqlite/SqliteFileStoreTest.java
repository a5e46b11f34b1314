package com.clawdforge.sqlite;

import com.clawdforge.core.file.FileStore;
import com.clawdforge.core.file.FileStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteFileStoreTest extends FileStoreContract {
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
  protected FileStore files() {
    return ledger.files();
  }

  @Override
  protected int contents() {
    String[] entries = folder.resolve("files").toFile().list();
    return entries == null ? 0 : entries.length;
  }
}

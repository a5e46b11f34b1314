package com.clawdforge.sqlite;

import com.clawdforge.core.auth.TokenAuth;
import com.clawdforge.core.auth.TokenAuthContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteTokenAuthTest extends TokenAuthContract {
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
  protected TokenAuth tokens() {
    return ledger.tokens();
  }

  @Override
  protected void awaitUses() {
    ((SqliteTokenAuth) ledger.tokens()).awaitUses();
  }
}

package com.clawdforge.sqlite;

import com.clawdforge.core.ledger.Ledger;
import com.clawdforge.core.session.SessionStoreContract;
import com.clawdforge.core.session.SessionTrailContract;
import com.clawdforge.core.session.TurnStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

final class SqliteSessionStoreTest {
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

  @Nested
  final class Sessions extends SessionStoreContract {
    @Override
    protected Ledger ledger() {
      return ledger;
    }
  }

  @Nested
  final class Turns extends TurnStoreContract {
    @Override
    protected Ledger ledger() {
      return ledger;
    }
  }

  @Nested
  final class Trail extends SessionTrailContract {
    @Override
    protected Ledger ledger() {
      return ledger;
    }
  }
}

package com.example.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.ledger.Ledger;
import com.clawdforge.core.session.SessionStoreFixture;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.work.WorkState;
import com.clawdforge.sqlite.SqliteLedger;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReopenedLedgerTest extends SessionStoreFixture {
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

  @Test
  void a_turn_is_read_again_after_a_restart() {
    added("session-1");
    Turn turn = start(turn("session-1", T0), T0.plusSeconds(1));
    recordEvent(turn, 1, new byte[] {'{', '}'});
    end(turn, T0.plusSeconds(2));

    close();
    open();

    assertEquals(WorkState.COMPLETED, found(turn).orElseThrow().state());
    assertEquals(1, texts(turn).size());
  }
}

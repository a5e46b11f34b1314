package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.clawdforge.core.error.UnwritableException;
import com.clawdforge.core.run.Run;
import com.clawdforge.core.run.RunStore;
import com.clawdforge.core.run.RunStoreContract;
import com.clawdforge.core.work.WorkState;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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
    return ledger.runs();
  }

  @Test
  void a_run_is_not_even_read_for_another_token() {
    runs().add(Samples.run("run-1", WorkState.COMPLETED), null, null, Samples.T0);
    // A thread that reads this row fails.
    ledger.database().write(handle -> handle.execute("UPDATE runs SET state = 'unreadable'"));

    assertThrows(IllegalArgumentException.class, () -> runs().find("app-1", "run-1"));
    assertEquals(Optional.empty(), runs().find("app-2", "run-1"));
  }

  @Test
  void a_record_against_a_constraint_is_unwritable() {
    runs().add(Samples.run("run-1", WorkState.COMPLETED), null, null, Samples.T0);

    assertThrows(
        UnwritableException.class,
        () -> runs().add(Samples.run("run-1", WorkState.QUEUED), null, null, Samples.T0));
    assertEquals(WorkState.COMPLETED, runs().find("app-1", "run-1").map(Run::state).orElseThrow());
  }
}

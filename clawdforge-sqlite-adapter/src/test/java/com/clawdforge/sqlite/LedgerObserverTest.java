package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.session.TurnRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerObserverTest {
  @TempDir private Path folder;

  private final List<Duration> writes = new CopyOnWriteArrayList<>();
  private final List<Integer> batches = new CopyOnWriteArrayList<>();
  private final List<LedgerFault> faults = new CopyOnWriteArrayList<>();

  @Test
  void each_transaction_and_each_batch_is_told() {
    try (SqliteLedger ledger = open()) {
      int before = writes.size();
      ledger.checkWritable();
      assertEquals(before + 1, writes.size());
      assertTrue(writes.getLast().isPositive());

      TurnRecord.Taken nobodys = new TurnRecord.Taken("no-session", 1, "conversation", false);
      ledger.sessionStore().record(List.of(nobodys, nobodys, nobodys));
      assertEquals(List.of(3), batches);
      assertEquals(List.of(), faults);
    }
  }

  @Test
  void what_went_wrong_is_told_by_its_kind() {
    try (SqliteLedger ledger = open()) {
      assertThrows(
          StoreException.class,
          () -> ledger.database().write(handle -> handle.execute("PRAGMA query_only = 1")));

      assertEquals(List.of(LedgerFault.NOT_WRITABLE), faults);
    }
  }

  private SqliteLedger open() {
    return SqliteLedger.open(
        folder.resolve("clawdforge.db"),
        folder.resolve("files"),
        new LedgerObserver() {
          @Override
          public void wrote(Duration waited, Duration took) {
            writes.add(took);
          }

          @Override
          public void recorded(int records) {
            batches.add(records);
          }

          @Override
          public void failed(LedgerFault fault) {
            faults.add(fault);
          }
        });
  }
}

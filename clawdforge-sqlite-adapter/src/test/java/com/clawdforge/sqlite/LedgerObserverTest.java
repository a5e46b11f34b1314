package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.ledger.LedgerFault;
import com.clawdforge.core.ledger.LedgerObserver;
import com.clawdforge.core.session.TurnRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

      TurnRecord.PromptAccepted nobodys =
          new TurnRecord.PromptAccepted("no-session", 1, "conversation", false);
      ledger.turns().record(List.of(nobodys, nobodys, nobodys));
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

  @Test
  void one_that_throws_harms_neither_what_was_written_nor_what_is_told_of_a_fault() {
    LedgerObserver broken =
        new LedgerObserver() {
          @Override
          public void wrote(Duration waited, Duration took) {
            throw new IllegalStateException("for the log only");
          }

          @Override
          public void recorded(int records) {
            throw new IllegalStateException("for the log only");
          }

          @Override
          public void failed(LedgerFault fault) {
            throw new NoClassDefFoundError("for the log only");
          }
        };
    try (SqliteLedger ledger =
        SqliteLedger.open(folder.resolve("clawdforge.db"), folder.resolve("files"), broken)) {
      ledger.checkWritable();
      ledger.turns().record(List.of());
      assertThrows(
          StoreException.class,
          () -> ledger.database().write(handle -> handle.execute("PRAGMA query_only = 1")));
    }
  }

  @Test
  void one_that_takes_its_time_keeps_no_other_writer_waiting() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch otherIsDone = new CountDownLatch(1);
    LedgerObserver slow =
        new LedgerObserver() {
          @Override
          public void wrote(Duration waited, Duration took) {
            if (Thread.currentThread().getName().equals("slow")) {
              told.countDown();
              awaited(otherIsDone);
            }
          }

          @Override
          public void recorded(int records) {}

          @Override
          public void failed(LedgerFault fault) {}
        };
    try (SqliteLedger ledger =
        SqliteLedger.open(folder.resolve("clawdforge.db"), folder.resolve("files"), slow)) {
      Thread first = Thread.ofPlatform().name("slow").start(ledger::checkWritable);
      assertTrue(awaited(told));

      assertTimeoutPreemptively(Duration.ofSeconds(10), ledger::checkWritable);

      otherIsDone.countDown();
      first.join();
    }
  }

  private static boolean awaited(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
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

package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatabaseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ROUNDS = 20;

  @TempDir private Path folder;

  @Test
  void a_busy_writer_does_not_overtake_waiting_writers() throws InterruptedException {
    List<String> order = new CopyOnWriteArrayList<>();
    try (SqliteLedger ledger =
        SqliteLedger.open(folder.resolve("clawdforge.db"), folder.resolve("files"))) {
      Database database = ledger.database();
      for (int round = 0; round < ROUNDS; round++) {
        order.clear();
        Thread other = new Thread(() -> database.write(handle -> order.add("other")), "other");
        database.write(
            handle -> {
              order.add("first");
              other.start();
              awaitWaiting(other);
              return order;
            });
        database.write(handle -> order.add("again"));
        other.join(PATIENCE);

        assertEquals(List.of("first", "other", "again"), order);
      }
    }
  }

  private static void awaitWaiting(Thread thread) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (thread.getState() != Thread.State.WAITING
        && thread.getState() != Thread.State.TIMED_WAITING) {
      assertTrue(System.nanoTime() < deadline, "it does not wait");
      Thread.onSpinWait();
    }
  }
}

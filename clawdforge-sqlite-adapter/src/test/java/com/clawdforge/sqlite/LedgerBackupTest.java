package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.work.WorkState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerBackupTest {
  @TempDir private Path folder;
  private Path file;
  private Path copy;

  @BeforeEach
  void paths() {
    file = folder.resolve("data/clawdforge.db");
    copy = folder.resolve("copy.db");
  }

  private SqliteLedger open() {
    return SqliteLedger.open(file, folder.resolve("data/files"));
  }

  private static void addRun(SqliteLedger ledger, String id) {
    ledger.runs().add(Samples.run(id, WorkState.COMPLETED), null, null, Samples.T0);
  }

  private List<String> runs() {
    try (SqliteLedger ledger = open()) {
      return ledger
          .database()
          .read(
              handle ->
                  handle
                      .createQuery("SELECT id FROM runs ORDER BY seq")
                      .mapTo(String.class)
                      .list());
    }
  }

  @Test
  void what_a_running_gateway_has_written_is_in_the_copy_and_comes_back() {
    try (SqliteLedger ledger = open()) {
      addRun(ledger, "run-1");
      assertTrue(LedgerBackup.backup(file, copy) > 0);
      addRun(ledger, "run-2");
    }

    Path aside = LedgerBackup.restore(copy, file).orElseThrow();

    assertEquals(List.of("run-1"), runs());
    assertTrue(Files.exists(copy));
    assertTrue(LedgerBackup.restore(aside, file).isPresent());
    assertEquals(List.of("run-1", "run-2"), runs(), "what was there was set aside");
  }

  @Test
  void a_copy_is_one_moment_while_much_is_written() throws Exception {
    try (SqliteLedger ledger = open();
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      ledger.database().write(handle -> handle.execute("CREATE TABLE pairs (x)"));
      CountDownLatch begun = new CountDownLatch(50);
      Future<?> writing =
          threads.submit(
              () -> {
                for (int i = 0; i < 500; i++) {
                  String two = "INSERT INTO pairs VALUES (" + i + ")";
                  ledger.database().write(handle -> handle.execute(two) + handle.execute(two));
                  begun.countDown();
                }
                return null;
              });
      assertTrue(begun.await(20, TimeUnit.SECONDS));
      LedgerBackup.backup(file, copy);
      writing.get();
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*), count(DISTINCT x) FROM pairs")) {
      assertTrue(row.next());
      assertEquals(2 * row.getInt(2), row.getInt(1));
      assertTrue(row.getInt(2) >= 50);
    }
  }

  @Test
  void only_the_owner_can_read_a_copy_and_nothing_else_is_left() throws IOException {
    open().close();

    LedgerBackup.backup(file, copy);

    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("copy.db", "data"),
          files.map(each -> each.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void a_file_that_is_there_is_not_replaced_by_a_copy() throws IOException {
    open().close();
    Files.writeString(copy, "precious");

    assertRefused("is there already", () -> LedgerBackup.backup(file, copy));
    assertEquals("precious", Files.readString(copy));
  }

  @Test
  void without_a_ledger_there_is_nothing_to_copy() {
    assertRefused("CLAWDFORGE_DATA_DIR", () -> LedgerBackup.backup(file, copy));
    assertFalse(Files.exists(file));
  }

  @Test
  void a_missing_folder_is_reported() {
    open().close();

    assertThrows(
        StoreException.class, () -> LedgerBackup.backup(file, folder.resolve("no/such/copy.db")));
  }

  @Test
  void nothing_is_restored_under_a_running_gateway() {
    try (SqliteLedger ledger = open()) {
      addRun(ledger, "run-1");
      LedgerBackup.backup(file, copy);

      assertRefused("in use by another clawdforge", () -> LedgerBackup.restore(copy, file));
      addRun(ledger, "run-2");
    }
    assertEquals(List.of("run-1", "run-2"), runs());
  }

  @Test
  void only_a_complete_ledger_of_a_known_version_is_restored() throws Exception {
    try (SqliteLedger ledger = open()) {
      addRun(ledger, "run-1");
    }
    Path text = Files.writeString(folder.resolve("text"), "not a database at all, but long enough");
    Path empty = Files.createFile(folder.resolve("empty"));
    Path other = folder.resolve("other.db");
    execute(other, "CREATE TABLE tokens (x)");
    LedgerBackup.backup(file, copy);
    Path newer = Files.copy(copy, folder.resolve("newer.db"));
    execute(newer, "PRAGMA user_version = 99");
    Path damaged = Files.copy(copy, folder.resolve("damaged.db"));
    try (FileChannel channel = FileChannel.open(damaged, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(damaged) / 2);
    }

    assertRefused("not a database", () -> LedgerBackup.restore(text, file));
    assertRefused("not a ledger", () -> LedgerBackup.restore(empty, file));
    assertRefused("not a ledger", () -> LedgerBackup.restore(other, file));
    assertRefused("schema version 99", () -> LedgerBackup.restore(newer, file));
    assertRefused("damaged", () -> LedgerBackup.restore(damaged, file));
    // Not "restore from a backup": this is one.
    assertRefused("use another copy", () -> LedgerBackup.restore(damaged, file));
    assertRefused("is not there", () -> LedgerBackup.restore(folder.resolve("nothing"), file));
    assertEquals(List.of("run-1"), runs());
    assertEquals(List.of("clawdforge.db", "clawdforge.db.lock", "files"), inData());
  }

  @Test
  void a_copy_is_restored_where_there_is_no_ledger() {
    try (SqliteLedger ledger = open()) {
      addRun(ledger, "run-1");
      LedgerBackup.backup(file, copy);
    }
    Path elsewhere = folder.resolve("new/clawdforge.db");

    assertTrue(LedgerBackup.restore(copy, elsewhere).isEmpty());

    file = elsewhere;
    assertEquals(List.of("run-1"), runs());
  }

  @Test
  void what_a_crash_left_in_the_log_is_set_aside_too() throws IOException {
    try (SqliteLedger ledger = open()) {
      LedgerBackup.backup(file, copy);
      addRun(ledger, "run-1");
      // What is on the disk now, with nothing closed, is what a crash leaves.
      Path crashed = Files.createDirectory(folder.resolve("crashed"));
      for (String name : List.of("clawdforge.db", "clawdforge.db-wal", "clawdforge.db-shm")) {
        Files.copy(
            file.resolveSibling(name), crashed.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    file = folder.resolve("crashed/clawdforge.db");

    Path aside = LedgerBackup.restore(copy, file).orElseThrow();

    assertEquals(List.of(), runs(), "nothing of the old log is read into the copy");
    LedgerBackup.restore(aside, file);
    assertEquals(List.of("run-1"), runs());
  }

  @Test
  void a_backup_leaves_no_files_next_to_an_unused_ledger() throws IOException {
    open().close();

    LedgerBackup.backup(file, copy);

    assertEquals(List.of("clawdforge.db", "clawdforge.db.lock", "files"), inData());
  }

  @Test
  void a_file_with_a_log_of_its_own_is_no_complete_backup() throws IOException {
    Path crashed = folder.resolve("crashed.db");
    try (SqliteLedger ledger = open()) {
      addRun(ledger, "run-1");
      Files.copy(file, crashed);
      Files.copy(file.resolveSibling("clawdforge.db-wal"), folder.resolve("crashed.db-wal"));
    }

    assertRefused("crashed.db-wal next to it", () -> LedgerBackup.restore(crashed, file));
    assertEquals(List.of("run-1"), runs());
  }

  @Test
  void the_ledger_itself_is_no_backup() {
    open().close();

    assertRefused("is the ledger itself", () -> LedgerBackup.restore(file, file));
  }

  @Test
  void a_link_to_a_ledger_stays_a_link() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere")).resolve("ledger.db");
    try (SqliteLedger ledger = open()) {
      addRun(ledger, "run-1");
      LedgerBackup.backup(file, copy);
      addRun(ledger, "run-2");
    }
    Files.move(file, elsewhere);
    Files.createSymbolicLink(file, elsewhere);

    Path aside = LedgerBackup.restore(copy, file).orElseThrow();

    assertTrue(Files.isSymbolicLink(file));
    assertEquals(List.of("run-1"), runs());
    LedgerBackup.restore(aside, file);
    assertEquals(List.of("run-1", "run-2"), runs());
  }

  @Test
  void only_the_owner_restores_a_ledger() throws IOException {
    open().close();
    UserPrincipal another =
        file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("54321");

    LedgerBackup.checkOwner(file, OwnerOnly.ownerOfNewFile(folder));
    StoreException refused =
        assertThrows(StoreException.class, () -> LedgerBackup.checkOwner(file, another));
    assertTrue(String.valueOf(refused.getMessage()).contains("as that user"), refused::getMessage);
  }

  @Test
  void a_link_in_the_place_of_the_restored_file_is_not_followed() throws IOException {
    open().close();
    LedgerBackup.backup(file, copy);
    Path precious = Files.writeString(folder.resolve("precious"), "precious");
    Files.createSymbolicLink(file.resolveSibling("clawdforge.db.restored"), precious);

    LedgerBackup.restore(copy, file);

    assertEquals("precious", Files.readString(precious));
    assertFalse(Files.isSymbolicLink(file));
  }

  private List<String> inData() throws IOException {
    try (Stream<Path> left = Files.list(folder.resolve("data"))) {
      return left.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  private static void execute(Path database, String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private static void assertRefused(String why, Runnable work) {
    StoreException refused = assertThrows(StoreException.class, work::run);
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused::getMessage);
  }
}

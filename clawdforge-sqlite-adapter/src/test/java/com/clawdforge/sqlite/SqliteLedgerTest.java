package com.clawdforge.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.auth.BearerToken;
import com.clawdforge.core.auth.TokenService;
import com.clawdforge.core.error.DiskFullException;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.file.FileStore;
import com.clawdforge.core.file.StoredFile;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.run.Run;
import com.clawdforge.core.work.WorkState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteLedgerTest {
  @TempDir private Path folder;

  @Test
  void everything_is_there_after_reopening() throws IOException {
    Run run = Samples.run("run-1", WorkState.COMPLETED);
    StoredFile file;
    try (SqliteLedger ledger = open(folder)) {
      ledger.tokens().add(Samples.token("id-1"), "hash-1");
      ledger.tokens().used("id-1", Samples.T0);
      ledger.runs().add(run, null, null, Samples.T0);
      file = Samples.keep(ledger.files(), "ff_1", "text");
    }

    try (SqliteLedger ledger = open(folder)) {
      assertEquals(Samples.T0, ledger.tokens().findLive("hash-1").orElseThrow().lastUsedAt());
      assertEquals(Optional.of(run), ledger.runs().find(null, "run-1"));
      assertEquals(Optional.of(file), ledger.files().find("app-1", "ff_1", Samples.T0));
      assertEquals("text", read(ledger.files(), file));
    }
  }

  @Test
  void everything_is_there_after_a_crash() throws IOException {
    Path crashed = folder.resolve("crashed");
    StoredFile file;
    try (SqliteLedger ledger = open(folder.resolve("running"))) {
      ledger.tokens().add(Samples.token("id-1"), "hash-1");
      ledger.runs().add(Samples.run("run-1", WorkState.RUNNING), null, null, Samples.T0);
      file = Samples.keep(ledger.files(), "ff_1", "text");
      // What is on the disk now, with nothing closed, is what a crash leaves.
      copy(folder.resolve("running"), crashed);
    }

    try (SqliteLedger ledger = open(crashed)) {
      assertTrue(ledger.tokens().findLive("hash-1").isPresent());
      assertEquals(List.of("run-1"), ledger.runs().interruptUnfinished(Samples.T0));
      assertEquals("text", read(ledger.files(), file));
    }
  }

  @Test
  void checking_for_writability_writes_and_changes_nothing() throws IOException {
    try (SqliteLedger ledger = open(folder)) {
      ledger.tokens().add(Samples.token("id-1"), "hash-1");
      int version = version(ledger);
      Path log = folder.resolve("clawdforge.db-wal");
      long before = Files.size(log);

      ledger.checkWritable();

      assertTrue(Files.size(log) > before, "nothing was written");
      assertEquals(version, version(ledger));
    }
  }

  @Test
  void a_ledger_that_cannot_be_written_is_not_writable() {
    try (SqliteLedger ledger = open(folder)) {
      // From then on the connection refuses all changes, this commit included.
      assertThrows(
          StoreException.class,
          () -> ledger.database().write(handle -> handle.execute("PRAGMA query_only = 1")));

      assertThrows(StoreException.class, ledger::checkWritable);
    }
  }

  private static int version(SqliteLedger ledger) {
    return ledger
        .database()
        .read(handle -> handle.createQuery("PRAGMA user_version").mapTo(Integer.class).one());
  }

  @Test
  void a_secret_is_never_on_the_disk() throws IOException {
    try (SqliteLedger ledger = open(folder)) {
      TokenService tokens =
          new TokenService(
              ledger.tokens(),
              Clock.fixed(Samples.T0, ZoneOffset.UTC),
              new SecureRandom(),
              revoked -> {});
      BearerToken minted = tokens.mint("cauldron", List.of()).secret();
      BearerToken rotated = tokens.rotate("cauldron").secret();
      tokens.authenticate(rotated);

      String disk = disk();
      assertTrue(disk.contains(rotated.hash()), "the hash is there, so this looks at the rows");
      assertFalse(disk.contains(minted.reveal()));
      assertFalse(disk.contains(rotated.reveal()));
    }
  }

  @Test
  void prompts_are_kept_where_that_is_asked_for() {
    try (SqliteLedger ledger = open(folder)) {
      ledger.runs().add(Samples.run("run-1", WorkState.QUEUED), "why?", null, Samples.T0);
      ledger.runs().add(Samples.run("run-2", WorkState.QUEUED), null, null, Samples.T0);

      assertEquals(
          List.of("why?", "-"),
          ledger
              .database()
              .read(
                  handle ->
                      handle
                          .createQuery("SELECT coalesce(prompt, '-') FROM runs ORDER BY seq")
                          .mapTo(String.class)
                          .list()));
    }
  }

  @Test
  void the_database_is_set_up_to_survive_a_power_cut() {
    try (SqliteLedger ledger = open(folder)) {
      assertEquals("wal", pragma(ledger, "journal_mode"));
      assertEquals("2", pragma(ledger, "synchronous"), "FULL");
      assertEquals("1", pragma(ledger, "foreign_keys"));
      assertEquals("5000", pragma(ledger, "busy_timeout"));
    }
  }

  @Test
  void readers_cannot_write() {
    try (SqliteLedger ledger = open(folder)) {
      assertThrows(
          StoreException.class,
          () -> ledger.database().read(handle -> handle.execute("DELETE FROM tokens")));
    }
  }

  @Test
  void many_threads_read_what_they_have_just_written() {
    try (SqliteLedger ledger = open(folder)) {
      List<Integer> missed =
          Concurrently.call(
              8,
              thread -> {
                int count = 0;
                for (int i = 0; i < 25; i++) {
                  Run run = Samples.run(thread + "-" + i, WorkState.RUNNING);
                  ledger.runs().add(run, null, null, Samples.T0);
                  if (!ledger.runs().find("app-1", run.id()).equals(Optional.of(run))) {
                    count++;
                  }
                  ledger.runs().list("app-1", PageRequest.first(5));
                }
                return count;
              });

      assertEquals(List.of(0, 0, 0, 0, 0, 0, 0, 0), missed);
      assertEquals(200, ledger.runs().list(null, PageRequest.all()).items().size());
    }
  }

  @Test
  void an_interrupted_caller_still_gets_its_work_recorded() {
    try (SqliteLedger ledger = open(folder)) {
      Thread.currentThread().interrupt();
      ledger.runs().add(Samples.run("run-1", WorkState.CANCELLED), null, null, Samples.T0);

      assertTrue(Thread.interrupted(), "and stays interrupted");
      assertTrue(ledger.runs().find(null, "run-1").isPresent());
    }
  }

  @Test
  void only_what_a_crash_left_of_files_is_deleted() throws IOException {
    StoredFile kept;
    try (SqliteLedger ledger = open(folder)) {
      kept = Samples.keep(ledger.files(), "ff_1", "text");
    }
    Path files = folder.resolve("files");
    Path half = files.resolve("01234567-89ab-cdef-0123-456789abcdef.part");
    Path withoutRow = files.resolve("11234567-89ab-cdef-0123-456789abcdef");
    Path foreign = files.resolve("notes.txt");
    for (Path path : List.of(half, withoutRow, foreign)) {
      Files.writeString(path, "x");
    }

    try (SqliteLedger ledger = open(folder)) {
      assertFalse(Files.exists(half));
      assertFalse(Files.exists(withoutRow));
      assertTrue(Files.exists(foreign), "it is not ours");
      assertEquals("text", read(ledger.files(), kept));
    }
  }

  @Test
  void a_file_that_cannot_be_recorded_leaves_nothing() throws IOException {
    try (SqliteLedger ledger = open(folder)) {
      StoredFile file = Samples.keep(ledger.files(), "ff_1", "text");

      try (FileStore.Upload upload = ledger.files().receive(Samples.content("other"), 99)) {
        assertThrows(StoreException.class, () -> upload.keep(file));
      }

      try (Stream<Path> left = Files.list(folder.resolve("files"))) {
        assertEquals(1, left.count());
      }
      assertEquals("text", read(ledger.files(), file));
    }
  }

  @Test
  void only_the_owner_can_read_the_ledger() throws IOException {
    assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
    Path data = folder.resolve("data");
    try (SqliteLedger ledger = open(data)) {
      Samples.keep(ledger.files(), "ff_1", "text");

      try (Stream<Path> made = Files.walk(data)) {
        for (Path path : made.toList()) {
          assertEquals(
              Files.isDirectory(path) ? "rwx------" : "rw-------",
              PosixFilePermissions.toString(Files.getPosixFilePermissions(path)),
              path.toString());
        }
      }
    }
  }

  @Test
  void a_ledger_that_is_open_cannot_be_opened_again() {
    try (SqliteLedger ledger = open(folder)) {
      StoreException refused = assertThrows(StoreException.class, () -> open(folder).close());

      assertTrue(String.valueOf(refused.getMessage()).contains("another clawdforge"));
      assertTrue(ledger.runs().interruptUnfinished(Samples.T0).isEmpty(), "it still works");
    }
    open(folder).close();
  }

  @Test
  void closing_is_idempotent() {
    SqliteLedger ledger = open(folder);
    ledger.close();
    ledger.close();

    assertThrows(StoreException.class, () -> ledger.runs().find(null, "run-1"));
  }

  @Test
  void a_file_that_is_no_database_is_refused_and_kept() throws IOException {
    Path file = folder.resolve("clawdforge.db");
    byte[] bytes = "this is a letter\n".repeat(500).getBytes(StandardCharsets.UTF_8);
    Files.write(file, bytes);

    StoreException refused = assertThrows(StoreException.class, () -> open(folder).close());

    assertTrue(
        String.valueOf(refused.getMessage()).contains("not a database; move the file away"),
        refused.getMessage());
    assertNotNull(refused.getCause());
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  @Test
  void a_full_disk_is_reported_as_such() {
    try (SqliteLedger ledger = open(folder)) {
      // No more pages than now: SQLite treats this like a full disk.
      ledger.database().write(handle -> handle.execute("PRAGMA max_page_count = 1"));
      String prompt = "x".repeat(1_000_000);

      DiskFullException full =
          assertThrows(
              DiskFullException.class,
              () ->
                  ledger
                      .runs()
                      .add(Samples.run("run-1", WorkState.QUEUED), prompt, null, Samples.T0));

      assertTrue(String.valueOf(full.getMessage()).contains("disk is full"), full.getMessage());
      assertInstanceOf(Exception.class, full.getCause());
      assertEquals(Optional.empty(), ledger.runs().find(null, "run-1"));
    }
  }

  private static SqliteLedger open(Path data) {
    return SqliteLedger.open(data.resolve("clawdforge.db"), data.resolve("files"));
  }

  private static String pragma(SqliteLedger ledger, String name) {
    return ledger
        .database()
        .write(handle -> handle.createQuery("PRAGMA " + name).mapTo(String.class).one());
  }

  private static String read(FileStore files, StoredFile file) throws IOException {
    try (InputStream content = files.open(file).orElseThrow()) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String disk() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        all.append(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}

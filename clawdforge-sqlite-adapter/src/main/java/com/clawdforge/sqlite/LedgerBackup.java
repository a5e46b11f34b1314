package com.clawdforge.sqlite;

import com.clawdforge.core.error.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * Copies of the ledger: the database, that is, tokens, runs, sessions and their trail. The contents
 * of uploaded files, which last a day at most, and the agents' own records are not in it.
 */
public final class LedgerBackup {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final String SQLITE = "jdbc:sqlite:";
  private static final int BUSY_TIMEOUT_MS = 5_000;

  private LedgerBackup() {}

  /**
   * Copies the ledger as it is at one moment, while a gateway may go on writing to it. The copy is
   * for its owner only, on the disk, and there whole or not at all.
   *
   * @param to not there yet; its folder is
   * @return the size of the copy in bytes
   * @throws StoreException if there is no ledger, or it cannot be copied
   */
  public static long backup(Path ledger, Path to) {
    if (!Files.exists(ledger)) {
      throw new StoreException(ledger + " is not there; check CLAWDFORGE_DATA_DIR", null);
    }
    if (Files.exists(to)) {
      throw new StoreException(to + " is there already; name a new file", null);
    }
    Path partial = to.resolveSibling(to.getFileName() + ".partial");
    try {
      Files.deleteIfExists(partial);
      // SQLite writes into a file that is empty, and leaves its permissions.
      OwnerOnly.createFile(partial);
      vacuum(ledger, partial);
      check(partial, to);
      sync(partial);
      // A link, so that a file that came to be there meanwhile is not replaced.
      publish(partial, to);
      return Files.size(to);
    } catch (IOException e) {
      throw Faults.ofFiles(to, e);
    } finally {
      delete(partial);
    }
  }

  private static void vacuum(Path ledger, Path to) {
    SQLiteConfig config = new SQLiteConfig();
    // Not read-only: such a connection leaves the log's files behind where it was the only one, and
    // they would be this user's.
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    try (Connection connection = config.createConnection(SQLITE + ledger.toAbsolutePath());
        PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
      copy.setString(1, to.toAbsolutePath().toString());
      copy.executeUpdate();
    } catch (SQLException e) {
      throw Faults.of(ledger, e);
    }
  }

  private static void publish(Path partial, Path to) throws IOException {
    try {
      Files.createLink(to, partial);
    } catch (FileAlreadyExistsException e) {
      throw new StoreException(to + " is there already; name a new file", e);
    } catch (UnsupportedOperationException | IOException noLinksThere) {
      Files.move(partial, to, StandardCopyOption.ATOMIC_MOVE);
    }
    syncFolder(to);
  }

  /**
   * Puts a copy in the place of the ledger, which no gateway may have open. What was there is set
   * aside beside it.
   *
   * @param from a copy of this or an older version's; it stays as it is
   * @param ledger a link to one elsewhere stays a link
   * @return where the ledger lies that was there, if there was one
   * @throws StoreException if a gateway runs, or the copy is damaged, newer or no ledger, or the
   *     ledger is another user's; nothing has changed then
   */
  public static Optional<Path> restore(Path from, Path ledger) {
    Path file = ledger.toAbsolutePath();
    try {
      checkWhole(from, file);
      Path folder = Objects.requireNonNull(file.getParent());
      OwnerOnly.createFolder(folder);
      checkOwner(Files.exists(file) ? file : folder, OwnerOnly.whoMakes(folder));
    } catch (IOException e) {
      throw Faults.ofFiles(file, e);
    }
    try (LedgerLock lock = LedgerLock.take(file)) {
      // SQLite has its log beside the file, not beside a link to it.
      return replace(from, Files.exists(file) ? file.toRealPath() : file, lock);
    } catch (IOException e) {
      throw Faults.ofFiles(file, e);
    }
  }

  // What stands in a log beside it would be left out without a word.
  private static void checkWhole(Path from, Path ledger) throws IOException {
    if (!Files.isRegularFile(from)) {
      throw new StoreException(from + " is not there", null);
    }
    if (Files.exists(ledger) && Files.isSameFile(from, ledger)) {
      throw new StoreException(from + " is the ledger itself; name a backup", null);
    }
    Path log = from.resolveSibling(from.getFileName() + "-wal");
    if (Files.exists(log) && Files.size(log) > 0) {
      throw new StoreException(
          from
              + " is not all: "
              + log.getFileName()
              + " beside it belongs to it; let the clawdforge that wrote it make a backup",
          null);
    }
  }

  /** The gateway could not open what belongs to somebody else, such as to root. */
  static void checkOwner(Path theirs, @Nullable UserPrincipal ours) throws IOException {
    if (ours == null) {
      return;
    }
    UserPrincipal owner = Files.getOwner(theirs);
    if (!owner.equals(ours)) {
      throw new StoreException(
          theirs + " belongs to " + owner.getName() + ": restore it as that user", null);
    }
  }

  @SuppressWarnings("unused") // the lock is there to be held
  private static Optional<Path> replace(Path from, Path file, LedgerLock held) {
    Path partial = file.resolveSibling(file.getFileName() + ".restored");
    try {
      Files.deleteIfExists(partial);
      try (var source = Files.newInputStream(from);
          var copy = OwnerOnly.newFile(partial)) {
        source.transferTo(copy);
      }
      check(partial, from);
      sync(partial);
      Optional<Path> aside = setAside(file);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      syncFolder(file);
      return aside;
    } catch (IOException e) {
      throw Faults.ofFiles(file, e);
    } finally {
      delete(partial);
    }
  }

  // The old ledger keeps its place until the new one takes it: whenever this is cut off, there is
  // one of the two.
  private static Optional<Path> setAside(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Path aside =
        file.resolveSibling(file.getFileName() + ".before-restore-" + STAMP.format(Instant.now()));
    for (int more = 2; Files.exists(aside); more++) {
      aside = aside.resolveSibling(aside.getFileName() + "-" + more);
    }
    foldLog(file);
    copy(file, aside);
    for (String log : List.of("-shm", "-wal")) {
      Path beside = file.resolveSibling(file.getFileName() + log);
      if (Files.exists(beside)) {
        copy(beside, aside.resolveSibling(aside.getFileName() + log));
        Files.delete(beside);
      }
    }
    return Optional.of(aside);
  }

  // What a crash left in the log belongs to the file; a file that is too damaged for that is set
  // aside with its log.
  private static void foldLog(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    try (Connection connection = config.createConnection(SQLITE + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (SQLException damaged) {
      System.getLogger(LedgerBackup.class.getName())
          .log(System.Logger.Level.DEBUG, "set aside as it is", damaged);
    }
  }

  private static void copy(Path file, Path to) throws IOException {
    try {
      Files.createLink(to, file);
    } catch (UnsupportedOperationException | IOException noLinksThere) {
      Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  // A whole ledger of a version that this one knows, of which a person knows by the second path.
  private static void check(Path copy, Path known) {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    // Nothing else has it: no file beside it is looked for, or made.
    String url = SQLITE + "file:" + copy.toAbsolutePath().toUri().getRawPath() + "?immutable=1";
    try (Connection connection = config.createConnection(url);
        Statement statement = connection.createStatement()) {
      String integrity = text(statement, "PRAGMA integrity_check(1)");
      if (!integrity.equals("ok")) {
        throw new StoreException(known + " is damaged (" + integrity + "); use another copy", null);
      }
      int version = Integer.parseInt(text(statement, "PRAGMA user_version"));
      String tokens =
          text(statement, "SELECT count(*) FROM sqlite_schema WHERE name IN ('tokens', 'runs')");
      int newest = Migrations.bundled().scripts().size();
      if (version < 1 || !tokens.equals("2")) {
        throw new StoreException(known + " is a database, but not a ledger of clawdforge", null);
      }
      if (version > newest) {
        throw new StoreException(
            "%s has schema version %d, this clawdforge knows %d: use the newer clawdforge that wrote it"
                .formatted(known, version, newest),
            null);
      }
    } catch (SQLException e) {
      throw Faults.of(known, e);
    }
  }

  private static String text(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() ? row.getString(1) : "";
    }
  }

  private static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  // So that the name is there after a power cut too; not every file system can.
  private static void syncFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException cannot) {
      System.getLogger(LedgerBackup.class.getName())
          .log(System.Logger.Level.DEBUG, "the folder cannot be synced", cannot);
    }
  }

  private static void delete(Path partial) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      System.getLogger(LedgerBackup.class.getName())
          .log(System.Logger.Level.WARNING, "cannot delete " + partial, e);
    }
  }
}

package com.clawdforge.sqlite;

import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.ledger.LedgerFault;
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
 * Backups of the ledger's database: tokens, runs, sessions and their trail. Contents of uploaded
 * files, which last a day at most, and the agents' own records are not included.
 */
public final class LedgerBackup {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final String SQLITE = "jdbc:sqlite:";
  private static final int BUSY_TIMEOUT_MS = 5_000;

  private LedgerBackup() {}

  /**
   * Copies the ledger as of one moment, while a gateway may continue to write to it. Only the owner
   * can read the copy. It is durable, and exists completely or not at all.
   *
   * @param to must not exist yet, but its folder must
   * @return the size of the copy in bytes
   * @throws StoreException if the ledger does not exist or cannot be copied
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
      // SQLite accepts an empty file and leaves its permissions.
      OwnerOnly.createFile(partial);
      vacuum(ledger, partial);
      check(partial, to);
      sync(partial);
      // A link, so that a file created there meanwhile is not replaced.
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
    // Not read-only: such a connection, if it is the only one, leaves log files that belong to this
    // user.
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
   * Replaces the ledger, which no gateway may have open, by a copy. The old ledger stays in the
   * same folder under another name.
   *
   * @param from a copy by this or an older version; it stays unchanged
   * @param ledger a link stays a link
   * @return where the old ledger is now, if there was one
   * @throws StoreException if a gateway runs, the copy is damaged, newer or not a ledger, or the
   *     ledger belongs to another user; then nothing has changed
   */
  public static Optional<Path> restore(Path from, Path ledger) {
    Path file = ledger.toAbsolutePath();
    try {
      checkWhole(from, file);
      Path folder = Objects.requireNonNull(file.getParent());
      OwnerOnly.createFolder(folder);
      checkOwner(Files.exists(file) ? file : folder, OwnerOnly.ownerOfNewFile(folder));
    } catch (IOException e) {
      throw Faults.ofFiles(file, e);
    }
    try (LedgerLock lock = LedgerLock.take(file)) {
      // SQLite keeps its log next to the file, not next to a link to it.
      return replace(from, Files.exists(file) ? file.toRealPath() : file, lock);
    } catch (IOException e) {
      throw Faults.ofFiles(file, e);
    }
  }

  // The content of a log next to the copy would be lost silently.
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
              + " is incomplete: "
              + log.getFileName()
              + " next to it belongs to it; make a backup with the clawdforge that wrote it",
          null);
    }
  }

  /** The gateway could not open a file of another user, such as root. */
  static void checkOwner(Path file, @Nullable UserPrincipal user) throws IOException {
    if (user == null) {
      return;
    }
    UserPrincipal owner = Files.getOwner(file);
    if (!owner.equals(user)) {
      throw new StoreException(
          file + " belongs to " + owner.getName() + ": restore it as that user", null);
    }
  }

  @SuppressWarnings("unused") // the lock only has to be held
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

  // The old ledger stays in place until the new one replaces it, so that after an interruption one
  // of them is there.
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
      Path logFile = file.resolveSibling(file.getFileName() + log);
      if (Files.exists(logFile)) {
        copy(logFile, aside.resolveSibling(aside.getFileName() + log));
        Files.delete(logFile);
      }
    }
    return Optional.of(aside);
  }

  // What a crash left in the log belongs to the file. A file that is too damaged for this keeps its
  // log.
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

  // Requires an undamaged ledger of a known version; messages name the path that a person knows.
  private static void check(Path copy, Path named) {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    // No other process has it open: SQLite must not look for a log or create one.
    String url = SQLITE + "file:" + copy.toAbsolutePath().toUri().getRawPath() + "?immutable=1";
    try (Connection connection = config.createConnection(url);
        Statement statement = connection.createStatement()) {
      String integrity = text(statement, "PRAGMA integrity_check(1)");
      if (!integrity.equals("ok")) {
        throw new StoreException(named + " is damaged (" + integrity + "); use another copy", null);
      }
      int version = Integer.parseInt(text(statement, "PRAGMA user_version"));
      String tokens =
          text(statement, "SELECT count(*) FROM sqlite_schema WHERE name IN ('tokens', 'runs')");
      int newest = Migrations.bundled().scripts().size();
      if (version < 1 || !tokens.equals("2")) {
        throw new StoreException(named + " is a database, but not a ledger of clawdforge", null);
      }
      if (version > newest) {
        throw new StoreException(
            "%s has schema version %d, this clawdforge knows %d: use the newer clawdforge that wrote it"
                .formatted(named, version, newest),
            null);
      }
    } catch (SQLException e) {
      if (Faults.kind(e) == LedgerFault.DAMAGED) {
        throw new StoreException(named + ": not a database, or a damaged one; use another copy", e);
      }
      throw Faults.of(named, e);
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

  // Keeps the name across a power failure; not every file system can.
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

package com.clawdforge.sqlite;

import com.clawdforge.core.auth.TokenAuth;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.file.FileStore;
import com.clawdforge.core.ledger.Ledger;
import com.clawdforge.core.ledger.LedgerObserver;
import com.clawdforge.core.run.RunStore;
import com.clawdforge.core.session.AuditTrail;
import com.clawdforge.core.session.SessionStore;
import com.clawdforge.core.session.TurnStore;
import com.clawdforge.core.usage.Spending;
import com.clawdforge.core.usage.UsageLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The gateway's ledger: one SQLite file and a folder of file contents. Its stores work until it is
 * closed. Safe for any thread.
 */
public final class SqliteLedger implements Ledger {
  private final LedgerLock lock;
  private final Database database;
  private final SqliteTokenAuth tokens;
  private final SqliteRunStore runs;
  private final SqliteFileStore files;
  private final SqliteSessionStore sessions;
  private final SqliteTurnStore turns;
  private final SqliteAuditTrail trail;
  private final SqliteUsageLedger usage;
  private final SqliteSpending spending;

  private SqliteLedger(LedgerLock lock, Database database, Path filesDir) {
    this.lock = lock;
    this.database = database;
    this.runs = new SqliteRunStore(database);
    this.files = new SqliteFileStore(database, filesDir);
    this.sessions = new SqliteSessionStore(database);
    this.turns = new SqliteTurnStore(database);
    this.trail = new SqliteAuditTrail(database);
    this.usage = new SqliteUsageLedger(database);
    this.spending = new SqliteSpending(database);
    this.tokens = new SqliteTokenAuth(database);
  }

  /**
   * Opens the ledger, creates missing parts for the owner only, updates the schema and deletes what
   * a crash left in the folder of contents.
   *
   * @param file the database; its folder is created too
   * @param filesDir for contents of files and nothing else
   * @throws StoreException if another process has it open, a newer clawdforge wrote it, or it
   *     cannot be read and written
   */
  public static SqliteLedger open(Path file, Path filesDir) {
    return open(file, filesDir, LedgerObserver.NONE);
  }

  /** As {@link #open(Path, Path)}, with an observer. */
  public static SqliteLedger open(Path file, Path filesDir, LedgerObserver observer) {
    return open(file, filesDir, Migrations.bundled(), observer);
  }

  static SqliteLedger open(
      Path file, Path filesDir, Migrations migrations, LedgerObserver observer) {
    LedgerLock lock = prepare(file.toAbsolutePath(), filesDir);
    try {
      Database database = Database.open(file.toAbsolutePath(), migrations, observer);
      try {
        return new SqliteLedger(lock, database, filesDir);
      } catch (RuntimeException e) {
        database.close();
        throw e;
      }
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  @Override
  public TokenAuth tokens() {
    return tokens;
  }

  @Override
  public RunStore runs() {
    return runs;
  }

  @Override
  public FileStore files() {
    return files;
  }

  @Override
  public SessionStore sessions() {
    return sessions;
  }

  @Override
  public TurnStore turns() {
    return turns;
  }

  @Override
  public AuditTrail trail() {
    return trail;
  }

  @Override
  public UsageLedger usage() {
    return usage;
  }

  @Override
  public Spending spending() {
    return spending;
  }

  @Override
  public void checkWritable() {
    database.write(
        handle -> {
          int version = handle.createQuery("PRAGMA user_version").mapTo(Integer.class).one();
          // SQLite treats the same value as a change: it goes to the log and to the disk.
          return handle.execute("PRAGMA user_version = " + version);
        });
  }

  Database database() {
    return database;
  }

  @Override
  public void close() {
    try {
      tokens.close();
    } finally {
      database.close();
      lock.close();
    }
  }

  private static LedgerLock prepare(Path file, Path filesDir) {
    try {
      Path folder = file.getParent();
      if (folder != null) {
        OwnerOnly.createFolder(folder);
      }
      OwnerOnly.createFolder(filesDir);
      OwnerOnly.createFileIfAbsent(file);
    } catch (IOException e) {
      throw Faults.ofFiles(file, e);
    }
    LedgerLock lock = LedgerLock.take(file);
    if (!Files.isWritable(file)) {
      lock.close();
      throw new StoreException(file + " is read-only; check its owner and permissions", null);
    }
    return lock;
  }
}

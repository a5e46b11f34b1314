package com.clawdforge.sqlite;

import com.clawdforge.core.ledger.LedgerObserver;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlLogger;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The connections to one SQLite file: one that writes and a few that read. SQLite permits one
 * writer at a time anyway; with one connection writers queue here, in order, instead of polling for
 * a lock. Readers block no writer (WAL) and hold no transaction between calls, so each call sees
 * everything written before it. Safe for any thread.
 */
final class Database implements AutoCloseable {
  private static final int READERS = 4;
  private static final int BUSY_TIMEOUT_MS = 5_000;
  private static final int CONNECTION_TIMEOUT_MS = 30_000;

  private final Path file;
  private final LedgerObserver observer;
  private final HikariDataSource writers;
  private final HikariDataSource readers;
  private final Jdbi writing;
  private final Jdbi reading;
  // The pool alone is not fair: a thread that returns the connection and requests it again gets it
  // before the next thread wakes up. A sweep in small steps would block all others until its end.
  private final ReentrantLock order = new ReentrantLock(true);

  private Database(
      Path file, LedgerObserver observer, HikariDataSource writers, HikariDataSource readers) {
    this.file = file;
    this.observer = LedgerObserver.guarded(observer);
    this.writers = writers;
    this.readers = readers;
    this.writing = Jdbi.create(writers);
    this.reading = Jdbi.create(readers);
  }

  /** Opens the file, which must exist, and brings its schema up to date. */
  static Database open(Path file, Migrations migrations, LedgerObserver observer) {
    Database database = connect(file, observer);
    try {
      migrations.apply(database);
      return database;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  // The writer first: it creates the log, which readers need.
  private static Database connect(Path file, LedgerObserver observer) {
    HikariDataSource writers = pool("clawdforge-writer", 1, false, file, writerConfig());
    try {
      HikariDataSource readers = pool("clawdforge-reader", READERS, true, file, readerConfig());
      return new Database(file, observer, writers, readers);
    } catch (RuntimeException e) {
      writers.close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  LedgerObserver observer() {
    return observer;
  }

  /** Runs the work in one transaction that holds the write lock from its start. */
  <T> T write(HandleCallback<T, SQLException> work) {
    long queued = System.nanoTime();
    order.lock();
    long began = System.nanoTime();
    try {
      return guarded(() -> writing.inTransaction(work));
    } finally {
      long ended = System.nanoTime();
      // First: the next writer need not wait for the observer.
      order.unlock();
      observer.wrote(Duration.ofNanos(began - queued), Duration.ofNanos(ended - began));
    }
  }

  /** Runs one statement that reads, on the state of the last finished write. */
  <T> T read(HandleCallback<T, SQLException> work) {
    return guarded(() -> reading.withHandle(work));
  }

  /** Logs every statement, for tests. */
  void logTo(SqlLogger logger) {
    writing.setSqlLogger(logger);
    reading.setSqlLogger(logger);
  }

  // The work of an interrupted caller is still recorded: the wait here is short.
  private <T> T guarded(Callable<T> work) {
    boolean interrupted = Thread.interrupted();
    try {
      return work.call();
    } catch (JdbiException | SQLException e) {
      observer.failed(Faults.kind(e));
      throw Faults.of(file, e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    // The writer last: the last connection folds the log into the file and deletes it.
    readers.close();
    writers.close();
  }

  private static HikariDataSource pool(
      String name, int size, boolean readOnly, Path file, SQLiteConfig sqlite) {
    SQLiteDataSource source = new SQLiteDataSource(sqlite);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setDataSource(source);
    config.setMaximumPoolSize(size);
    config.setConnectionTimeout(CONNECTION_TIMEOUT_MS);
    // A connection to a file does not go stale.
    config.setMaxLifetime(0);
    config.setIdleTimeout(0);
    // Set here too because the pool sets its own value on each connection.
    config.setReadOnly(readOnly);
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw Faults.of(file, e);
    }
  }

  private static SQLiteConfig writerConfig() {
    SQLiteConfig config = common();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    // Nobody asks for them, and the driver runs a query for them after each insert.
    config.setGetGeneratedKeys(false);
    return config;
  }

  private static SQLiteConfig readerConfig() {
    SQLiteConfig config = common();
    config.setReadOnly(true);
    return config;
  }

  private static SQLiteConfig common() {
    SQLiteConfig config = new SQLiteConfig();
    config.enforceForeignKeys(true);
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    return config;
  }
}

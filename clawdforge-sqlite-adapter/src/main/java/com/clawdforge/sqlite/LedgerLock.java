package com.clawdforge.sqlite;

import com.clawdforge.core.error.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a ledger for one user. A second gateway on the same ledger would take the first one's runs
 * for interrupted and its half-received files for leftovers. SQLite's own locks don't tell: they
 * are held for moments.
 */
final class LedgerLock implements AutoCloseable {
  private final Path ledger;
  private final FileChannel channel;

  private LedgerLock(Path ledger, FileChannel channel) {
    this.ledger = ledger;
    this.channel = channel;
  }

  /**
   * Takes the lock, whose file lies beside the ledger.
   *
   * @throws StoreException if somebody has it
   */
  static LedgerLock take(Path ledger) {
    try {
      Path lockFile = ledger.resolveSibling(ledger.getFileName() + ".lock");
      OwnerOnly.createFileIfAbsent(lockFile);
      FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new StoreException(
            ledger
                + " is in use by another clawdforge; stop that one, or choose another data folder",
            null);
      }
      return new LedgerLock(ledger, channel);
    } catch (IOException e) {
      throw Faults.ofFiles(ledger, e);
    }
  }

  // The lock goes with its channel.
  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw Faults.ofFiles(ledger, e);
    }
  }
}

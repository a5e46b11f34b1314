package com.clawdforge.sqlite;

import com.clawdforge.core.error.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reserves a ledger for one gateway. A second one would treat the first one's runs as interrupted
 * and its half-received files as leftovers. SQLite's own locks do not prevent that: they are held
 * only briefly. The lock is one of the operating system's on the file: a gateway that reaches the
 * same folder through another file system, such as a share of it, is not seen.
 */
final class LedgerLock implements AutoCloseable {
  private final Path ledger;
  private final FileChannel channel;

  private LedgerLock(Path ledger, FileChannel channel) {
    this.ledger = ledger;
    this.channel = channel;
  }

  /**
   * Takes the lock, a file next to the ledger.
   *
   * @throws StoreException if another gateway holds it
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

  // Closing the channel releases the lock.
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

package com.clawdforge.sqlite;

import com.clawdforge.core.error.DiskFullException;
import com.clawdforge.core.error.NoRoom;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.error.UnwritableException;
import com.clawdforge.core.ledger.LedgerFault;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Describes what is wrong with a file and what to do about it. */
final class Faults {
  private Faults() {}

  static StoreException of(Path database, Exception cause) {
    String message = database + ": " + advice(cause);
    if (kind(cause) == LedgerFault.DISK_FULL) {
      return new DiskFullException(message, cause);
    }
    return refusesRecord(cause)
        ? new UnwritableException(message, cause)
        : new StoreException(message, cause);
  }

  static StoreException ofFiles(Path path, IOException cause) {
    String message = String.valueOf(cause.getMessage());
    String advice;
    if (NoRoom.isIn(cause)) {
      return new DiskFullException(
          path + ": the disk is full; free some space, then try again", cause);
    } else if (cause instanceof AccessDeniedException || message.contains("Permission denied")) {
      advice = "access denied; check owner and permissions of the file and its folder";
    } else {
      advice = "cannot be read or written (" + cause + "); check the disk";
    }
    return new StoreException(path + ": " + advice, cause);
  }

  // Too large, against a constraint, of a wrong type, out of range: a retry fails again.
  private static boolean refusesRecord(Exception cause) {
    @Nullable SQLiteErrorCode code = code(cause);
    return code != null
        && switch (code.code & 0xff) {
          case 18, 19, 20, 25 -> true;
          default -> false;
        };
  }

  private static String advice(Exception cause) {
    SQLiteErrorCode code = code(cause);
    if (code == null) {
      return "no connection to the database (" + cause.getMessage() + ")";
    }
    // Only the low byte: the rest distinguishes variants of one fault.
    return switch (code.code & 0xff) {
      case 13 -> "the disk is full; free some space, then try again";
      case 5, 6 -> "locked by another process; end whatever else has the file open";
      case 11 -> "the database is damaged; stop the server and restore the file from a backup";
      case 26 -> "not a database; move the file away, or name another one";
      case 3, 8, 14, 23 ->
          "cannot be opened for writing; check owner and permissions of the file and its folder";
      case 10 -> "reading or writing failed; check the disk";
      default -> "the database refused (" + code + ")";
    };
  }

  /** The kind of a fault, for observers. */
  static LedgerFault kind(Exception cause) {
    SQLiteErrorCode code = code(cause);
    if (code == null) {
      return LedgerFault.OTHER;
    }
    return switch (code.code & 0xff) {
      case 13 -> LedgerFault.DISK_FULL;
      case 5, 6 -> LedgerFault.BUSY;
      case 11, 26 -> LedgerFault.DAMAGED;
      case 3, 8, 14, 23 -> LedgerFault.NOT_WRITABLE;
      case 10 -> LedgerFault.INPUT_OUTPUT;
      default -> LedgerFault.OTHER;
    };
  }

  private static @Nullable SQLiteErrorCode code(Exception fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLiteException e) {
        return e.getResultCode();
      }
    }
    return null;
  }
}

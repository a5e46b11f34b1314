package com.clawdforge.core.error;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Tells a full disk from other failures of files. The JDK has no exception of its own for it and
 * keeps the system's number to itself; the text that is left is in the language of the locale.
 */
public final class NoRoom {
  private static final List<String> ENGLISH = List.of("No space left", "Disk quota exceeded");

  /** Of Linux: each write to it fails as on a full disk. */
  private static final Path FULL = Path.of("/dev/full");

  private NoRoom() {}

  /**
   * Whether a file could not be written because its disk is full, or the user's quota is used up. A
   * quota is recognised in English alone. Asks the system each time for its words, which takes two
   * calls of it. Safe for any thread.
   */
  public static boolean isIn(IOException failure) {
    return isIn(failure, Optional.empty()) || isIn(failure, said(FULL));
  }

  static boolean isIn(IOException failure, Optional<String> words) {
    String message = String.valueOf(failure.getMessage());
    return ENGLISH.stream().anyMatch(message::contains)
        || words.filter(message::contains).isPresent();
  }

  /** What the system says of a full device; empty if there is no such device. */
  static Optional<String> said(Path device) {
    if (!Files.exists(device) || Files.isRegularFile(device)) {
      return Optional.empty();
    }
    try (FileOutputStream out = new FileOutputStream(device.toFile())) {
      return ofWrite(out);
    } catch (IOException cannotBeOpened) {
      // Such as too many open files, which is another fault with other words.
      return Optional.empty();
    }
  }

  private static Optional<String> ofWrite(FileOutputStream out) {
    try {
      out.write(0);
      return Optional.empty();
    } catch (IOException full) {
      return Optional.ofNullable(full.getMessage()).filter(words -> !words.isBlank());
    }
  }
}

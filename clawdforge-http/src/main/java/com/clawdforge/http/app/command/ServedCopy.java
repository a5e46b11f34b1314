package com.clawdforge.http.app.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The copy of the jar that the launcher made for this server, in a folder of its own, so that no
 * build changes the file that it runs from.
 */
public final class ServedCopy {
  /** Set by the launcher to the copy's path. */
  static final String PROPERTY = "clawdforge.copy";

  private ServedCopy() {}

  /**
   * Deletes the copy, if there is one. Called last: Java loads classes from the deleted file as
   * before, but finds no further resources in it.
   */
  public static void delete() {
    @Nullable String copy = System.getProperty(PROPERTY);
    if (copy == null) {
      return;
    }
    try {
      Path file = Path.of(copy).toAbsolutePath();
      Files.deleteIfExists(file);
      Path folder = file.getParent();
      if (folder != null) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException theNextServerDeletesIt) {
      return;
    }
  }
}

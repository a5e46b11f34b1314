package com.clawdforge.http.app.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The copy of the jar that the launcher made for this server, so that no build changes the file
 * that it runs from.
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
      Files.deleteIfExists(Path.of(copy));
    } catch (IOException theNextServerDeletesIt) {
      return;
    }
  }
}

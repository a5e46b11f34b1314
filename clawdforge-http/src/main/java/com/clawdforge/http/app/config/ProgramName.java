package com.clawdforge.http.app.config;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a person starts this program, for messages that name one of its commands. */
public final class ProgramName {
  private ProgramName() {}

  /**
   * {@code ./clawdforge} if this program runs from a clone, and {@code clawdforge} if it is
   * installed or in a container, where it is on the PATH.
   */
  public static String typed() {
    return typed(System.getProperty(EnvFile.INSTALLED), Clone.folder());
  }

  /**
   * The line that starts one of its commands.
   *
   * @param words the command, and its arguments
   */
  public static String typed(String words) {
    return typed() + " " + words;
  }

  static String typed(@Nullable String installed, Optional<Path> clone) {
    return installed == null && clone.isPresent() ? "./clawdforge" : "clawdforge";
  }
}

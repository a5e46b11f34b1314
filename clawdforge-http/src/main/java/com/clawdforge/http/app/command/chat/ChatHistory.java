package com.clawdforge.http.app.command.chat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The file with the prompts of earlier chats. Only its owner may read it. */
public final class ChatHistory {
  private ChatHistory() {}

  /**
   * Makes the file if there is none; null if that fails, which is no reason not to chat.
   *
   * @param environment {@code XDG_STATE_HOME} or {@code HOME} say where it is
   */
  public static @Nullable Path file(Map<String, String> environment) {
    Path folder = state(environment).resolve("clawdforge");
    Path file = folder.resolve("chat-history");
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      if (Files.notExists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      return file;
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  // By the XDG Base Directory Specification, which ignores relative paths.
  private static Path state(Map<String, String> environment) {
    Path chosen = Path.of(environment.getOrDefault("XDG_STATE_HOME", ""));
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    return chosen.isAbsolute() ? chosen : Path.of(home, ".local", "state");
  }
}

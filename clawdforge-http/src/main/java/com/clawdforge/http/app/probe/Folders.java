package com.clawdforge.http.app.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Says what is wrong with folders that this process has to write to, without writing to them. */
final class Folders {
  private static final String UID = "unix:uid";

  private Folders() {}

  /** Why this process cannot write in a folder, in words that name it. */
  static Optional<String> objection(Path folder) {
    if (!Files.exists(folder)) {
      return Optional.of(folder + " does not exist");
    }
    if (!Files.isDirectory(folder)) {
      return Optional.of(folder + " is no folder");
    }
    return Files.isWritable(folder) && Files.isExecutable(folder)
        ? Optional.empty()
        : Optional.of(folder + " cannot be written" + ownerOf(folder));
  }

  /** The same, if there is something in that place. */
  static Optional<String> objectionIfThere(Path folder) {
    return Files.exists(folder) ? objection(folder) : Optional.empty();
  }

  /** The same, for a folder that must be this user's own: not a link, and not another user's. */
  static Optional<String> objectionToOwn(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(folder + " is no folder");
    }
    try {
      if (!Files.getAttribute(folder, UID).equals(ownUid())) {
        return Optional.of(folder + " is another user's" + ownerOf(folder));
      }
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return Optional.of(folder + " does not show its owner");
    }
    return objection(folder);
  }

  // By number: in a container the user often has no name.
  private static Object ownUid() throws IOException {
    Path own = Path.of("/proc/self");
    if (Files.exists(own)) {
      return Files.getAttribute(own, UID);
    }
    Path made = Files.createTempFile("clawdforge-", null);
    try {
      return Files.getAttribute(made, UID);
    } finally {
      Files.delete(made);
    }
  }

  /** {@code : it belongs to NAME}, or nothing where owners are unknown. */
  static String ownerOf(Path file) {
    try {
      return ": it belongs to " + Files.getOwner(file).getName();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }
}

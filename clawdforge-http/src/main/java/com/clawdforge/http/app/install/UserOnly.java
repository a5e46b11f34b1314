package com.clawdforge.http.app.install;

import com.clawdforge.http.app.command.CommandFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sees to it that nothing is installed for somebody else than the one who asked. */
final class UserOnly {
  private static final String OWNER = "unix:uid";

  private UserOnly() {}

  static void require(boolean user, String command) {
    if (!user) {
      throw CommandFailed.misused(
          "say "
              + command
              + " --user: it is for the user who calls it, root included, and changes nothing"
              + " outside of that home; for a service of the whole machine see docs/installing.md",
          null);
    }
  }

  /** sudo may keep HOME: the owner of that home could not change what root puts there. */
  static void requireOwnHome(Places places) {
    Path home = places.home();
    if (!Files.isDirectory(home)) {
      throw CommandFailed.misused("HOME is not a folder: " + home, null);
    }
    try {
      if (!Files.getAttribute(home, OWNER)
          .equals(Files.getAttribute(Path.of("/proc/self"), OWNER))) {
        throw CommandFailed.misused(
            home
                + " belongs to "
                + Files.getOwner(home).getName()
                + ", and this is "
                + System.getProperty("user.name")
                + "; call it as the user whose home it is, or set HOME",
            null);
      }
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      // Without /proc, writing into it will tell.
      return;
    }
  }
}

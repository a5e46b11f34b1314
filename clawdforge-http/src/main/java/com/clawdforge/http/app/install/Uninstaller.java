package com.clawdforge.http.app.install;

import com.clawdforge.http.app.command.CommandFailed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Takes an installation back. It may be killed at any moment, and be repeated. */
final class Uninstaller {
  private final Places places;
  private final Lines lines;
  private final AppFolder app;

  Uninstaller(Places places, Lines lines) {
    this.places = places;
    this.lines = lines;
    this.app = new AppFolder(places.app());
  }

  void run(boolean purge) throws IOException {
    Manifest manifest = Manifest.read(places.manifest());
    requireStopped();
    if (purge) {
      try (Purge begun = Purge.begin(places, lines)) {
        takeBackIfInstalled(manifest);
        begun.finish();
      }
    } else if (takeBackIfInstalled(manifest)) {
      keepData();
    }
    if (!lines.dry()) {
      if (purge) {
        deleteIfEmpty(Outside.parent(places.settings()));
      }
      for (Path folder : manifest.foldersFromTheInnermost()) {
        deleteIfEmpty(folder);
      }
    }
  }

  private boolean takeBackIfInstalled(Manifest manifest) throws IOException {
    boolean installed = Files.exists(places.app());
    if (installed && !lines.dry()) {
      FileChannel held = app.lock();
      try {
        takeBack(manifest);
      } finally {
        held.close();
      }
    } else if (installed) {
      takeBack(manifest);
    } else {
      lines.text("Nothing is installed for " + System.getProperty("user.name") + ".");
    }
    return installed;
  }

  private void requireStopped() throws IOException {
    List<Long> running = app.running();
    if (!running.isEmpty()) {
      throw new CommandFailed(
          "it runs, as process "
              + running.getFirst()
              + "; stop it first: systemctl --user disable --now clawdforge, or: kill "
              + running.getFirst(),
          null);
    }
  }

  private void takeBack(Manifest manifest) throws IOException {
    if (Files.isSymbolicLink(places.enabled()) && manifest.isOurs(places.unit())) {
      delete(places.enabled(), "the start at your logins");
    }
    for (Path file : manifest.files()) {
      if (manifest.isOurs(file)) {
        delete(file, "as it was installed");
      } else if (Trees.exists(file)) {
        lines.stays(file, "you have changed it");
      }
      if (!lines.dry()) {
        Trees.delete(Trees.unfinished(file));
      }
    }
    lines.did("delete", places.app(), "the program and its agents");
    if (!lines.dry()) {
      app.delete(places.manifest());
      if (!deleteIfEmpty(places.app())) {
        lines.stays(places.app(), "something else is in it");
      }
    }
  }

  private void delete(Path file, String what) throws IOException {
    lines.did("delete", file, what);
    if (!lines.dry()) {
      Files.delete(file);
    }
  }

  private void keepData() throws IOException {
    if (Files.exists(places.settings())) {
      lines.stays(places.settings(), "your settings");
    }
    Path data = DataFolder.chosen(places);
    if (hasData(data)) {
      lines.stays(data, "the data of the server");
    }
  }

  // The program's own folder is in there.
  private boolean hasData(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.anyMatch(entry -> !entry.equals(places.app()));
    }
  }

  private static boolean deleteIfEmpty(Path folder) throws IOException {
    // Also a link or a file may have come into its place; those are the user's.
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return !Trees.exists(folder);
    }
    try {
      Files.delete(folder);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }
}

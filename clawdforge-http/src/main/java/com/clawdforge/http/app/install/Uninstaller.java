package com.clawdforge.http.app.install;

import com.clawdforge.http.app.command.CommandFailed;
import com.clawdforge.http.app.config.ConfigException;
import com.clawdforge.http.app.config.EnvFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
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
    requireStopped(purge);
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
    if (purge) {
      purge();
    } else if (installed) {
      keepData();
    }
    if (!lines.dry()) {
      for (Path folder : manifest.foldersFromTheInnermost()) {
        deleteIfEmpty(folder);
      }
    }
  }

  private void requireStopped(boolean purge) throws IOException {
    List<Long> running = app.running();
    if (!running.isEmpty()) {
      throw new CommandFailed(
          "it runs, as process "
              + running.getFirst()
              + "; stop it first: systemctl --user disable --now clawdforge, or: kill "
              + running.getFirst(),
          null);
    }
    Path lock = places.dataFolder().resolve("clawdforge.db.lock");
    if (purge && Files.exists(lock)) {
      try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
          FileLock free = channel.tryLock()) {
        if (free == null) {
          throw new CommandFailed("a server uses " + places.dataFolder() + "; stop it first", null);
        }
      }
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
    if (hasData(dataFolder())) {
      lines.stays(dataFolder(), "the data of the server");
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

  private void purge() throws IOException {
    Path data = dataFolder();
    if (!data.equals(places.dataFolder()) && Files.exists(data)) {
      lines.stays(data, "the data, where CLAWDFORGE_DATA_DIR has them: delete them yourself");
    }
    for (Path each : List.of(places.settings(), places.dataFolder())) {
      if (Trees.exists(each)) {
        lines.did("delete", each, each.equals(places.settings()) ? "settings" : "the data");
        if (!lines.dry()) {
          Trees.delete(each);
        }
      }
    }
    if (!lines.dry()) {
      deleteIfEmpty(Outside.parent(places.settings()));
    }
  }

  private Path dataFolder() {
    try {
      Map<String, String> settings =
          Files.exists(places.settings())
              ? EnvFile.at(places.settings()).under(Map.of())
              : Map.of();
      String chosen = settings.getOrDefault("CLAWDFORGE_DATA_DIR", "");
      return chosen.isBlank() ? places.dataFolder() : Path.of(chosen);
    } catch (ConfigException mistakeInTheFile) {
      return places.dataFolder();
    }
  }

  private static boolean deleteIfEmpty(Path folder) throws IOException {
    try {
      return Files.deleteIfExists(folder) || !Files.exists(folder);
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }
}

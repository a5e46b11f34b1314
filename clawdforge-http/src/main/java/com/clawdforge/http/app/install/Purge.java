package com.clawdforge.http.app.install;

import com.clawdforge.http.app.command.CommandFailed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes settings and data for good. From its begin until it is closed no server can use the data
 * that it deletes.
 */
final class Purge implements AutoCloseable {
  private final Places places;
  private final Lines lines;
  private final Path chosen;
  private final List<FileChannel> held = new ArrayList<>();

  private Purge(Places places, Lines lines) throws IOException {
    this.places = places;
    this.lines = lines;
    Path named = DataFolder.chosen(places);
    // Where the data are, whatever links lead there.
    this.chosen = Files.exists(named) ? named.toRealPath() : named;
  }

  /** Fails before anything is changed if it could not delete the data, or a server uses them. */
  static Purge begin(Places places, Lines lines) throws IOException {
    Path usual = places.dataFolder();
    if (Files.isSymbolicLink(usual) && Files.exists(usual)) {
      throw new CommandFailed(
          usual
              + " is a link to "
              + usual.toRealPath()
              + ", which may hold more than the data: uninstall without --purge, then delete that"
              + " yourself",
          null);
    }
    Purge purge = new Purge(places, lines);
    try {
      purge.lock(usual);
      if (purge.choseInside()) {
        purge.lock(purge.chosen);
      }
      return purge;
    } catch (IOException | RuntimeException e) {
      purge.close();
      throw e;
    }
  }

  private void lock(Path folder) throws IOException {
    Path lock = folder.resolve("clawdforge.db.lock");
    if (!Files.exists(lock)) {
      return;
    }
    FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
    held.add(channel);
    if (!free(channel)) {
      throw new CommandFailed("a server uses " + folder + "; stop it first", null);
    }
  }

  private static boolean free(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException aServerOfThisProcess) {
      return false;
    }
  }

  void finish() throws IOException {
    Path usual = places.dataFolder();
    if (choseInside()) {
      delete(chosen, "the data, where CLAWDFORGE_DATA_DIR has them");
    } else if (Files.exists(chosen) && !isUsual(chosen)) {
      lines.stays(chosen, "the data, where CLAWDFORGE_DATA_DIR has them: delete them yourself");
    }
    delete(places.settings(), "settings");
    delete(usual, isUsual(chosen) ? "the data" : "the usual folder of the data");
  }

  /** Whether deleting the usual folder deletes the chosen one too. */
  private boolean choseInside() throws IOException {
    Path usual = places.dataFolder();
    return Files.exists(usual)
        && Files.exists(chosen)
        && chosen.startsWith(usual.toRealPath())
        && !isUsual(chosen);
  }

  private boolean isUsual(Path folder) throws IOException {
    Path usual = places.dataFolder();
    return folder.equals(usual) || (Files.exists(usual) && folder.equals(usual.toRealPath()));
  }

  private void delete(Path path, String what) throws IOException {
    if (Trees.exists(path)) {
      lines.did("delete", path, what);
      if (!lines.dry()) {
        Trees.delete(path);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (FileChannel each : held) {
      each.close();
    }
  }
}

package com.clawdforge.http.app.install;

import com.clawdforge.http.app.command.CommandFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What installs have put outside of the program's own folder: files with their fingerprints, and
 * folders that were not there before. It is written before the files are, so a file has several
 * fingerprints while an upgrade is under way.
 */
final class Manifest {
  private static final String HEAD = "clawdforge 1";

  private final Path file;
  private final Map<Path, Set<String>> files = new TreeMap<>();
  private final Set<Path> folders = new TreeSet<>();

  private Manifest(Path file) {
    this.file = file;
  }

  /** Reads it; it is empty if nothing was installed. */
  static Manifest read(Path file) throws IOException {
    Manifest manifest = new Manifest(file);
    if (!Files.exists(file)) {
      return manifest;
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    if (lines.isEmpty() || !lines.getFirst().equals(HEAD)) {
      throw new CommandFailed(
          file + " was not written by this version; use the one that did", null);
    }
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", 3);
      Path path = words.length == 3 ? path(words[2]) : null;
      if (path != null && words[0].equals("file")) {
        manifest.add(path, words[1]);
      } else if (path != null && words[0].equals("folder")) {
        manifest.folders.add(path);
      } else {
        throw new CommandFailed(file + " is damaged: " + line, null);
      }
    }
    return manifest;
  }

  /** A path as installs write them, or null: another one could lead anywhere. */
  private static @Nullable Path path(String text) {
    try {
      Path path = Path.of(text);
      return path.isAbsolute() && path.equals(path.normalize()) ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  void add(Path path, String fingerprint) {
    files.computeIfAbsent(path, same -> new TreeSet<>()).add(fingerprint);
  }

  /** Forgets the fingerprints of a file but this one. */
  void keepOnly(Path path, String fingerprint) {
    files.put(path, new TreeSet<>(Set.of(fingerprint)));
  }

  void addFolder(Path folder) {
    folders.add(folder);
  }

  Set<Path> files() {
    return files.keySet();
  }

  /** Those that hold others come last. */
  List<Path> foldersFromTheInnermost() {
    List<Path> all = new ArrayList<>(folders);
    all.sort((a, b) -> b.getNameCount() - a.getNameCount());
    return all;
  }

  /** Whether the file is as an install has put it. */
  boolean isOurs(Path path) throws IOException {
    return Trees.exists(path)
        && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        && files.getOrDefault(path, Set.of()).contains(Trees.fingerprint(path));
  }

  void write() throws IOException {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    files.forEach(
        (path, prints) ->
            prints.forEach(
                print -> text.append("file ").append(print).append(' ').append(path).append('\n')));
    folders.forEach(folder -> text.append("folder - ").append(folder).append('\n'));
    Trees.write(file, text.toString().getBytes(StandardCharsets.UTF_8), "rw-r--r--");
  }
}

package com.clawdforge.http.app.install;

import static java.util.Objects.requireNonNull;

import com.clawdforge.http.app.command.CommandFailed;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The program's own folder: {@code versions/ID} with the launcher and the jar, {@code agents/KEY}
 * with agents that versions share, and {@code current}, a link to a version. A version never
 * changes once it has its name, so that servers that run from it go on.
 */
final class AppFolder {
  private static final String STAGING = ".new-";

  private final Path folder;

  AppFolder(Path folder) {
    this.folder = folder;
  }

  Path current() {
    return folder.resolve("current");
  }

  Path version(String id) {
    return folder.resolve("versions").resolve(id);
  }

  Path agents(String key) {
    return folder.resolve("agents").resolve(key);
  }

  /** Keeps other installs away until it is closed. */
  FileChannel lock() throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw new CommandFailed("another install or uninstall is under way; try again later", null);
    }
    return channel;
  }

  /** A folder for what is not complete; whoever holds the lock may delete all of them. */
  Path staging(String name) {
    return folder.resolve(STAGING + name);
  }

  /** Deletes what an install that was killed has left. */
  void deleteUnfinished() throws IOException {
    for (Path entry : entries(folder)) {
      if (entry.getFileName().toString().startsWith(STAGING)) {
        Trees.delete(entry);
      }
    }
  }

  /** Makes a version from the project's launcher and jar, if it is not there already. */
  void addVersion(String id, Path launcher, Path jar, String agentsKey) throws IOException {
    Path place = version(id);
    if (Files.exists(place)) {
      return;
    }
    Path made = staging("version");
    Trees.delete(made);
    Trees.folder(made);
    Trees.copyFile(launcher, made.resolve("clawdforge"));
    Trees.copyFile(jar, made.resolve("clawdforge.jar"));
    Files.createSymbolicLink(made.resolve("agents"), Path.of("../../agents").resolve(agentsKey));
    // A service may have neither JAVA_HOME nor the PATH of the one who installs.
    byte[] jdk = requireNonNull(System.getProperty("java.home")).getBytes(StandardCharsets.UTF_8);
    Trees.write(made.resolve("jdk"), jdk, "rw-r--r--");
    Trees.folder(Outside.parent(place));
    Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Whether the current version has Codex, which a login to it installs there. */
  boolean hasCodex() {
    return Files.exists(current().resolve("agents").resolve(Project.CODEX));
  }

  /** The version that a start would run, or null. */
  @Nullable String currentVersion() throws IOException {
    try {
      return Files.readSymbolicLink(current()).getFileName().toString();
    } catch (NoSuchFileException | NotLinkException none) {
      return null;
    }
  }

  void switchTo(String id) throws IOException {
    Trees.link(current(), Path.of("versions").resolve(id));
  }

  /** Deletes versions that neither are current nor run, and agents that no version has. */
  List<String> deleteUnused() throws IOException {
    List<String> deleted = new ArrayList<>();
    Set<Path> agentsInUse = new HashSet<>();
    for (Path version : entries(folder.resolve("versions"))) {
      String id = version.getFileName().toString();
      if (id.equals(currentVersion()) || !running(version).isEmpty()) {
        agentsInUse.add(Files.readSymbolicLink(version.resolve("agents")).getFileName());
      } else {
        Trees.delete(version);
        deleted.add(id);
      }
    }
    for (Path agents : entries(folder.resolve("agents"))) {
      if (!agentsInUse.contains(agents.getFileName())) {
        Trees.delete(agents);
      }
    }
    return deleted;
  }

  /** The ids of other processes that run from this folder. */
  List<Long> running() throws IOException {
    return running(folder);
  }

  private static List<Long> running(Path below) throws IOException {
    if (!Files.exists(below)) {
      return List.of();
    }
    // The launcher gives Java the real path.
    String place = below.toRealPath() + "/";
    long self = ProcessHandle.current().pid();
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != self)
        .filter(process -> process.info().commandLine().orElse("").contains(place))
        .map(ProcessHandle::pid)
        .toList();
  }

  /** Deletes what installs have made here, and the folder if nothing else is in it. */
  void delete(Path manifest) throws IOException {
    Files.deleteIfExists(current());
    Files.deleteIfExists(Trees.unfinished(current()));
    deleteUnfinished();
    Trees.delete(folder.resolve("versions"));
    Trees.delete(folder.resolve("agents"));
    Files.deleteIfExists(Trees.unfinished(manifest));
    // Last: with it, an uninstall that was killed can be repeated.
    Files.deleteIfExists(manifest);
    Files.deleteIfExists(folder.resolve(".lock"));
  }

  private static List<Path> entries(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}

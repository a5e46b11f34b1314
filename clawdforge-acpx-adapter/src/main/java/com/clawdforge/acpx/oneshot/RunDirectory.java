package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.process.SpareNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a run has on disk: its agent's private working directory and, next to it, the agent's own
 * files. Closing deletes all of it.
 */
final class RunDirectory implements AutoCloseable {
  /** The place of files that cannot be shown to the model, relative to the working directory. */
  static final String ATTACHMENTS = "attachments";

  /** Names the directory of the process that a run has taken over; its processes have that name. */
  private static final String TAKEN = "process";

  private final Path root;

  private RunDirectory(Path root) {
    this.root = root;
  }

  static RunDirectory create(Path runsDir, String runId) throws IOException {
    RunDirectory directory = new RunDirectory(PrivateFiles.directoryOf(runsDir, runId));
    PrivateFiles.create(directory.root);
    PrivateFiles.create(directory.work());
    return directory;
  }

  /** The directory of an earlier server's run, whether it exists or not. */
  static RunDirectory left(Path runsDir, String runId) {
    return new RunDirectory(PrivateFiles.directoryOf(runsDir, runId));
  }

  /** Whose directory this is. */
  String id() {
    return String.valueOf(root.getFileName());
  }

  /**
   * Notes that a process with a directory of its own works for this run, and moves the staged files
   * to it. The note is there before the process learns anything of the run.
   */
  void take(RunDirectory processes) throws IOException {
    PrivateFiles.write(root.resolve(TAKEN), processes.id());
    Path staged = work().resolve(ATTACHMENTS);
    if (Files.exists(staged, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(staged, processes.work().resolve(ATTACHMENTS));
    }
  }

  /** The reverse of {@link #take}, for a process that has died before it began. */
  void giveBack(RunDirectory processes) throws IOException {
    Path staged = processes.work().resolve(ATTACHMENTS);
    if (Files.exists(staged, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(staged, work().resolve(ATTACHMENTS));
    }
    Files.deleteIfExists(root.resolve(TAKEN));
  }

  /** The directory that this run's process had before the run; empty if it has none but this. */
  Optional<RunDirectory> taken() {
    Path runsDir = Objects.requireNonNull(root.getParent());
    try {
      return PrivateFiles.read(root.resolve(TAKEN))
          .filter(SpareNames::isOne)
          .map(name -> left(runsDir, name));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** The agent's working directory. */
  Path work() {
    return root.resolve("work");
  }

  /** The agent's configuration. */
  Path config() {
    return root.resolve("config");
  }

  /** The agent's temporary files. */
  Path tmp() {
    return root.resolve("tmp");
  }

  /** Takes the place of the server's home where the agent cannot read that. */
  Path home() {
    return root.resolve("home");
  }

  /** All that the agent may write. */
  List<Path> writable() {
    return List.of(work(), config(), tmp(), home());
  }

  /** Writes a file that the agent may read, but not change. */
  void stage(String name, InputStream content) throws IOException {
    PrivateFiles.stage(work().resolve(ATTACHMENTS), name, content);
  }

  @Override
  public void close() {
    PrivateFiles.delete(root);
  }
}

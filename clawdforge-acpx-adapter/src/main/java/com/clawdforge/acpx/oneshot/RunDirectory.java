package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.file.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * What a run has on disk: its agent's private working directory and, next to it, the agent's own
 * files. Closing deletes all of it.
 */
final class RunDirectory implements AutoCloseable {
  /** The place of files that cannot be shown to the model, relative to the working directory. */
  static final String ATTACHMENTS = "attachments";

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

  /** Writes a file that the agent may read, but not change. */
  void stage(String name, InputStream content) throws IOException {
    PrivateFiles.stage(work().resolve(ATTACHMENTS), name, content);
  }

  @Override
  public void close() {
    PrivateFiles.delete(root);
  }
}

package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.file.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * What a run has on disk: the private directory that its agent works in and, beside that, the
 * agent's own files. All of it is gone when it is closed, whatever lies in it.
 */
final class RunDirectory implements AutoCloseable {
  /** Where files lie that cannot be shown to the model, relative to the directory. */
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

  /** The directory of a run of an earlier server, whether it is there or not. */
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

  /** Puts a file where the agent may read it, and nothing more. */
  void stage(String name, InputStream content) throws IOException {
    PrivateFiles.stage(work().resolve(ATTACHMENTS), name, content);
  }

  @Override
  public void close() {
    PrivateFiles.delete(root);
  }
}

package com.clawdforge.acpx.claude;

import com.clawdforge.acpx.file.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The private directory that an agent works in; gone when it is closed, whatever lies in it. */
final class RunDirectory implements AutoCloseable {
  /** Where files lie that cannot be shown to the model, relative to the directory. */
  static final String ATTACHMENTS = "attachments";

  private final Path path;

  private RunDirectory(Path path) {
    this.path = path;
  }

  static RunDirectory create(Path runsDir, String runId) throws IOException {
    Path path = PrivateFiles.directoryOf(runsDir, runId);
    PrivateFiles.create(path);
    return new RunDirectory(path);
  }

  /** The directory of a run of an earlier server, whether it is there or not. */
  static RunDirectory left(Path runsDir, String runId) {
    return new RunDirectory(PrivateFiles.directoryOf(runsDir, runId));
  }

  Path path() {
    return path;
  }

  /** Puts a file where the agent may read it, and nothing more. */
  void stage(String name, InputStream content) throws IOException {
    PrivateFiles.stage(path.resolve(ATTACHMENTS), name, content);
  }

  @Override
  public void close() {
    PrivateFiles.delete(path);
  }
}

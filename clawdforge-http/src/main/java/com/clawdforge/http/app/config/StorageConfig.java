package com.clawdforge.http.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where the server keeps its data.
 *
 * @param runsDir parent of the runs' directories
 * @param sessionsDir parent of the sessions' directories
 * @param sweepInterval how often data that has expired is deleted
 */
public record StorageConfig(Path dataDir, Path runsDir, Path sessionsDir, Duration sweepInterval) {
  static StorageConfig from(Variables read) {
    Path dataDir = dataDir(read);
    return new StorageConfig(
        dataDir,
        read.path("RUNS_DIR", dataDir.resolve("runs")).toAbsolutePath().normalize(),
        read.path("ACPX_SESSIONS_CWD", dataDir.resolve("acpx-cwds")).toAbsolutePath().normalize(),
        read.seconds("CLAWDFORGE_SWEEP_INTERVAL_SECS", 60, 1, 86_400));
  }

  /** The data folder, whether or not it exists. */
  static Path dataDir(Variables read) {
    return read.path("CLAWDFORGE_DATA_DIR", standard(read)).toAbsolutePath().normalize();
  }

  // Never the current directory: a server that was started elsewhere would have an empty ledger.
  private static Path standard(Variables read) {
    return Clone.folder()
        .map(clone -> clone.resolve("data"))
        .orElseGet(() -> UserFolders.data(read).resolve("clawdforge"));
  }

  /** The database of the ledger. */
  public Path ledger() {
    return dataDir.resolve("clawdforge.db");
  }

  /** The folder with the contents of uploads. */
  public Path uploads() {
    return dataDir.resolve("files");
  }

  /** The folder with prompts that wait. */
  public Path spool() {
    return dataDir.resolve("spool");
  }

  /** The folders that the server writes to. */
  public List<Path> all() {
    return List.of(dataDir, runsDir, sessionsDir);
  }
}

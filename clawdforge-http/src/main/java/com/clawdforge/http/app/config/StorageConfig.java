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
    Path dataDir = read.path("CLAWDFORGE_DATA_DIR", Path.of("data")).toAbsolutePath().normalize();
    return new StorageConfig(
        dataDir,
        read.path("RUNS_DIR", dataDir.resolve("runs")).toAbsolutePath().normalize(),
        read.path("ACPX_SESSIONS_CWD", dataDir.resolve("acpx-cwds")).toAbsolutePath().normalize(),
        read.seconds("CLAWDFORGE_SWEEP_INTERVAL_SECS", 60, 1, 86_400));
  }

  /** The database of the ledger. */
  public Path ledger() {
    return dataDir.resolve("clawdforge.db");
  }

  /** The folder with the contents of uploads. */
  public Path uploads() {
    return dataDir.resolve("files");
  }

  /** The folders that the server writes to. */
  public List<Path> all() {
    return List.of(dataDir, runsDir, sessionsDir);
  }
}

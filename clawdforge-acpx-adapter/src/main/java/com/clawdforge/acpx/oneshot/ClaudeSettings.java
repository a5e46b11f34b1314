package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import java.nio.file.Path;
import java.util.List;

/**
 * The settings of all runs of {@code claude}.
 *
 * @param runsDir where each run gets a directory of its own
 * @param readable absolute directories that runs may also read, if they may read
 * @param warmRuns how many processes to keep ready for runs that are not known yet; 0 for none
 * @param isolation what keeps a run's agent from what is not its own
 */
public record ClaudeSettings(
    AgentBinary program,
    AgentEnvironment environment,
    Path runsDir,
    List<Path> readable,
    int warmRuns,
    Isolation isolation) {
  public ClaudeSettings {
    readable = List.copyOf(readable);
  }

  /** Without isolation. */
  public ClaudeSettings(
      AgentBinary program,
      AgentEnvironment environment,
      Path runsDir,
      List<Path> readable,
      int warmRuns) {
    this(program, environment, runsDir, readable, warmRuns, Isolation.none());
  }
}

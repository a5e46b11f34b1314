package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import java.nio.file.Path;
import java.util.List;

/**
 * What runs of {@code claude} have in common.
 *
 * @param runsDir where each run gets a directory of its own
 * @param readable absolute directories that runs may read too, if they may read
 */
public record ClaudeSettings(
    AgentBinary program, AgentEnvironment environment, Path runsDir, List<Path> readable) {
  public ClaudeSettings {
    readable = List.copyOf(readable);
  }
}

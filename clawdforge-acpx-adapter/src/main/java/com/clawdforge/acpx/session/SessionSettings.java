package com.clawdforge.acpx.session;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The settings of all sessions.
 *
 * @param claude the program that Claude's adapter runs
 * @param node runs the programs that are written in JavaScript
 * @param sessionsDir where each session gets a directory of its own
 * @param readable absolute directories that sessions may also read, if they may read
 * @param agentIdleTtl how long an agent stays awake between turns; at least a second
 */
public record SessionSettings(
    AgentBinary claude,
    AgentBinary acpx,
    AgentBinary node,
    AgentEnvironment environment,
    Path sessionsDir,
    List<Path> readable,
    Duration agentIdleTtl) {
  public SessionSettings {
    readable = List.copyOf(readable);
  }
}

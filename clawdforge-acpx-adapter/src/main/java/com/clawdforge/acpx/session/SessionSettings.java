package com.clawdforge.acpx.session;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What all sessions have in common.
 *
 * @param claude the program that Claude's adapter is to run
 * @param node what runs those that are written in JavaScript
 * @param sessionsDir where each session gets a directory of its own
 * @param readable absolute directories that sessions may read too, if they may read
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

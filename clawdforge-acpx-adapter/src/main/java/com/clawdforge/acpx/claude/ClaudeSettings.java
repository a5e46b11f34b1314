package com.clawdforge.acpx.claude;

import com.clawdforge.acpx.AgentBinary;
import com.clawdforge.acpx.AgentEnvironment;
import java.nio.file.Path;

/**
 * What runs of {@code claude} have in common.
 *
 * @param runsDir where each run gets a directory of its own
 */
public record ClaudeSettings(AgentBinary program, AgentEnvironment environment, Path runsDir) {}

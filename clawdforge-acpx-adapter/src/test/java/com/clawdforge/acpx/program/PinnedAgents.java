package com.clawdforge.acpx.program;

import java.nio.file.Path;

/** The agents that agents/install has put into the repository. */
public final class PinnedAgents {
  public static final Path PROGRAMS =
      Path.of(System.getProperty("clawdforge.root", ".."), "agents", "node_modules", ".bin")
          .toAbsolutePath()
          .normalize();

  private PinnedAgents() {}

  public static AgentBinary program(String name) {
    return new AgentBinary(name, null, PROGRAMS);
  }
}

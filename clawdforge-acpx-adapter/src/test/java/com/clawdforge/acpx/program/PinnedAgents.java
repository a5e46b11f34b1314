package com.clawdforge.acpx.program;

import java.nio.file.Path;

/** The agents that agents/install has put into the repository, or those of {@link #PROPERTY}. */
public final class PinnedAgents {
  /** Names another folder with the layout of {@code agents/}. */
  public static final String PROPERTY = "clawdforge.agents";

  public static final Path FOLDER =
      Path.of(System.getProperty(PROPERTY, System.getProperty("clawdforge.root", "..") + "/agents"))
          .toAbsolutePath()
          .normalize();

  public static final Path PROGRAMS = FOLDER.resolve("node_modules/.bin");

  private PinnedAgents() {}

  public static AgentBinary program(String name) {
    return new AgentBinary(name, null, PROGRAMS);
  }
}

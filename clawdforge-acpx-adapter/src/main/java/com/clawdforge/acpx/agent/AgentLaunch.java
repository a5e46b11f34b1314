package com.clawdforge.acpx.agent;

import java.util.List;

/** How to start an agent, or why that is not possible. */
public sealed interface AgentLaunch {
  /**
   * The agent is installed.
   *
   * @param argv its adapter's command line
   */
  record Found(List<String> argv) implements AgentLaunch {
    public Found {
      argv = List.copyOf(argv);
    }
  }

  /**
   * The agent is not installed.
   *
   * @param why including what to do about it
   */
  record Missing(String why) implements AgentLaunch {}
}

package com.clawdforge.acpx.agent;

import java.util.List;

/** How an agent is started, if it can be. */
public sealed interface AgentLaunch {
  /**
   * The agent is there.
   *
   * @param argv its adapter's command line
   */
  record Found(List<String> argv) implements AgentLaunch {
    public Found {
      argv = List.copyOf(argv);
    }
  }

  /**
   * The agent is not there.
   *
   * @param why with what to do about it
   */
  record Missing(String why) implements AgentLaunch {}
}

package com.clawdforge.acpx.agent;

import java.util.List;
import java.util.Map;

/** How to start an agent, or why that is not possible. */
public sealed interface AgentLaunch {
  /**
   * The agent is installed.
   *
   * @param argv its adapter's command line
   * @param environment variables that it gets in addition to those of all agents
   */
  record Found(List<String> argv, Map<String, String> environment) implements AgentLaunch {
    public Found {
      argv = List.copyOf(argv);
      environment = Map.copyOf(environment);
    }

    public Found(List<String> argv) {
      this(argv, Map.of());
    }

    /** Omits the variables, which may be secrets. */
    @Override
    public String toString() {
      return "Found" + argv;
    }
  }

  /**
   * The agent is not installed.
   *
   * @param why including what to do about it
   */
  record Missing(String why) implements AgentLaunch {}
}

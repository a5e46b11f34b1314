package com.clawdforge.acpx.session;

import java.util.List;
import java.util.Map;

/**
 * How the operator has an agent started that speaks the Agent Client Protocol.
 *
 * @param argv the program, as a path or a name that is looked up on the PATH, and its arguments
 * @param environment variables that it gets in addition to those of all agents
 */
public record ConfiguredAgent(List<String> argv, Map<String, String> environment) {
  public ConfiguredAgent {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  /** Omits the variables, which may be secrets. */
  @Override
  public String toString() {
    return "ConfiguredAgent" + argv;
  }
}

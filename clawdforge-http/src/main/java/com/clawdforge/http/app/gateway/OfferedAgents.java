package com.clawdforge.http.app.gateway;

import com.clawdforge.acpx.agent.AgentLaunch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of agents that {@code CLAWDFORGE_AGENTS} lists and that cannot be started, such as those of
 * a misspelt name. A session would be the first to tell.
 */
final class OfferedAgents {
  private static final Logger log = LoggerFactory.getLogger(OfferedAgents.class);

  // Pinned here. That codex is not installed is usual, and no mistake.
  private static final Set<String> OURS = Set.of("claude", "codex");

  private OfferedAgents() {}

  /**
   * Looks on a thread of its own, because acpx is asked.
   *
   * @param find blocks
   */
  static void look(Collection<String> offered, Function<String, AgentLaunch> find) {
    if (!OURS.containsAll(offered)) {
      Thread.ofVirtual()
          .name("offered-agents")
          .start(() -> problems(offered, find).forEach(problem -> log.warn("{}", problem)));
    }
  }

  /** A line for each agent that cannot be started; blocks. */
  static List<String> problems(Collection<String> offered, Function<String, AgentLaunch> find) {
    List<String> problems = new ArrayList<>();
    for (String agent : new TreeSet<>(offered)) {
      if (!OURS.contains(agent) && find.apply(agent) instanceof AgentLaunch.Missing missing) {
        problems.add(
            "CLAWDFORGE_AGENTS lists " + agent + ", whose sessions will fail: " + missing.why());
      }
    }
    return problems;
  }
}

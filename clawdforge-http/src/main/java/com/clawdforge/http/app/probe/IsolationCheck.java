package com.clawdforge.http.app.probe;

import static com.clawdforge.http.app.probe.Check.fault;
import static com.clawdforge.http.app.probe.Check.note;
import static com.clawdforge.http.app.probe.Check.ok;

import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.AgentReach;
import com.clawdforge.acpx.program.ClaudeHome;
import com.clawdforge.http.app.config.GatewayConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether one app's agents are kept from what is another app's or the server's, and which are not.
 */
final class IsolationCheck {
  static final String NAME = "isolation";

  private static final String ALONE =
      "whoever may run commands reaches what the server's user does: give such apps a server of"
          + " their own";

  private final GatewayConfig config;
  private final AgentEnvironment agents;
  private final ClaudeHome claude;
  private final Isolation isolation;

  IsolationCheck(GatewayConfig config, AgentEnvironment agents, ClaudeHome claude) {
    this.config = config;
    this.agents = agents;
    this.claude = claude;
    this.isolation = Isolation.of(config.agents().isolation());
  }

  Check.Finding look() {
    if (isolation.isOff()) {
      return ok("turned off; " + ALONE);
    }
    if (!isolation.holds()) {
      String what = "no agent is isolated: " + isolation.what();
      return isolation.isRequired()
          ? fault(what, "use a kernel that has Landlock, or set CLAWDFORGE_ISOLATION to auto")
          : note(what, ALONE);
    }
    Optional<Path> open = openToAll();
    if (open.isPresent()) {
      String what = open.get() + " is in a place that every agent may read";
      String remedy = "move it out of there: CLAWDFORGE_DATA_DIR, RUNS_DIR, ACPX_SESSIONS_CWD";
      return isolation.isRequired() ? fault(what, remedy) : note(what, remedy);
    }
    if (!isolation.keepsContents()) {
      String what = isolation.what() + " does not keep agents from emptying files";
      String remedy = "Linux 6.2 and newer do";
      return isolation.isRequired() ? fault(what, remedy) : note(what, remedy);
    }
    return held();
  }

  private Check.Finding held() {
    StringBuilder what = new StringBuilder(isolation.what());
    what.append(" around runs");
    Set<String> outside = notIsolated();
    if (!outside.contains("claude")) {
      what.append(" and sessions of claude");
    }
    if (!outside.isEmpty()) {
      what.append(isolation.isRequired() ? "; refused: " : "; NOT around ")
          .append("sessions of ")
          .append(String.join(", ", outside));
    }
    if (AgentReach.needsLoginFile(agents, claude)) {
      what.append("; each agent reaches the login in ").append(claude.shared());
    }
    return isolation.scopes()
        ? ok(what.toString())
        : note(
            what + "; it does not stop signals to other processes",
            "Linux 6.12 and Java 22, and newer ones, do");
  }

  /** The agents that are offered and whose sessions cannot be isolated. */
  private Set<String> notIsolated() {
    Set<String> outside = new TreeSet<>();
    for (String agent : config.limits().sessions().agents()) {
      boolean isolated =
          agent.equals("claude")
              && config.agents().isDirect(agent)
              && !config.agents().configured().containsKey(agent);
      if (!isolated) {
        outside.add(agent);
      }
    }
    return outside;
  }

  private Optional<Path> openToAll() {
    List<Path> open = new ArrayList<>(Isolation.openToAll());
    open.addAll(config.agents().readable());
    return config.storage().all().stream()
        .map(folder -> folder.toAbsolutePath().normalize())
        .filter(folder -> open.stream().anyMatch(folder::startsWith))
        .findFirst();
  }
}

package com.clawdforge.acpx.session;

import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The settings of all sessions.
 *
 * @param claude the program that Claude's adapter runs
 * @param node runs the programs that are written in JavaScript
 * @param sessionsDir where each session gets a directory of its own
 * @param readable absolute directories that sessions may also read, if they may read
 * @param configured the agents that the operator has configured, by name
 * @param agentIdleTtl how long an agent stays awake between turns; at least a second
 * @param isolation what keeps an agent of claude from what is not its owner's
 */
public record SessionSettings(
    AgentBinary claude,
    AgentBinary acpx,
    AgentBinary node,
    AgentEnvironment environment,
    Path sessionsDir,
    List<Path> readable,
    Map<String, ConfiguredAgent> configured,
    Duration agentIdleTtl,
    Isolation isolation) {
  /**
   * So that a refused login is reported within 5 s, including a cold start; the CLI's own ten
   * retries take three minutes (agent-facts.md, section 1.5).
   */
  private static final String RETRIES = "1";

  public SessionSettings {
    readable = List.copyOf(readable);
    configured = Map.copyOf(configured);
    environment =
        environment.withSecrets(
            configured.values().stream()
                .flatMap(agent -> agent.environment().values().stream())
                .toList());
  }

  /** Without agents of the operator's own, and without isolation. */
  public SessionSettings(
      AgentBinary claude,
      AgentBinary acpx,
      AgentBinary node,
      AgentEnvironment environment,
      Path sessionsDir,
      List<Path> readable,
      Duration agentIdleTtl) {
    this(
        claude,
        acpx,
        node,
        environment,
        sessionsDir,
        readable,
        Map.of(),
        agentIdleTtl,
        Isolation.none());
  }

  /** The environment of every session's agent, and of what carries its messages; a copy. */
  public Map<String, String> agentVariables() {
    return with(environment.variables());
  }

  /**
   * As the other, for an adapter whose sessions have logins of their own, which it has not where
   * the way to the model is through the server.
   */
  public Map<String, String> adapterVariables() {
    return with(environment.withoutLogin());
  }

  /** As the first, for a codex that has a login of its own. */
  public Map<String, String> codexVariables() {
    return with(environment.withoutCodexLogin());
  }

  private Map<String, String> with(Map<String, String> variables) {
    claude.find().ifPresent(program -> variables.put("CLAUDE_CODE_EXECUTABLE", program.toString()));
    variables.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    variables.put("DISABLE_AUTOUPDATER", "1");
    variables.put("CLAUDE_CODE_BLOCKING_LIMIT_OVERRIDE", "1000000000");
    variables.putIfAbsent("CLAUDE_CODE_MAX_RETRIES", RETRIES);
    // With this variable the adapter lets claude offer to skip all permissions. Claude refuses that
    // to root unless the value is 1, and would not start. That mode is never wanted here.
    variables.remove("IS_SANDBOX");
    return variables;
  }

  /** Where the sessions' directories are. */
  public SessionFolders folders() {
    return new SessionFolders(sessionsDir);
  }

  /**
   * Where Node.js keeps what it has compiled of the programs between us and the agents. Next to the
   * sessions' directories, whose names are UUIDs.
   */
  public Path compileCache() {
    return sessionsDir.resolve(SessionFolders.CACHE);
  }
}

package com.clawdforge.acpx.claude;

import com.clawdforge.acpx.AgentEnvironment;
import com.clawdforge.core.agent.OneShot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The command line and the environment of one {@code claude -p}. */
final class ClaudeCommand {
  private static final String READ = "Read";

  /** Enough to ride out a hiccup, 9 s in all; the CLI's own ten take three minutes (1.5). */
  private static final String RETRIES = "4";

  private ClaudeCommand() {}

  /**
   * Values that come from a caller are joined to their option by {@code =}, so that none can be
   * taken for an option of its own, and several options that would swallow what follows cannot.
   *
   * @param mustRead whether the agent has to read files that lie in its directory
   */
  static List<String> argv(Path program, OneShot oneShot, boolean mustRead) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                program.toString(),
                "-p",
                "--input-format=stream-json",
                "--output-format=stream-json",
                "--verbose",
                "--include-partial-messages",
                "--no-session-persistence",
                // No settings, hooks, MCP servers or redirects of a project or a person (1.10).
                "--setting-sources=",
                "--strict-mcp-config",
                "--permission-mode=default",
                "--model=" + oneShot.model()));
    if (oneShot.effort() != null) {
      argv.add("--effort=" + oneShot.effort().name().toLowerCase(Locale.ROOT));
    }
    if (oneShot.maxBudgetUsd() != null) {
      argv.add("--max-budget-usd=" + oneShot.maxBudgetUsd().toPlainString());
    }
    if (oneShot.tools() != null) {
      addTools(argv, oneShot.tools(), mustRead);
    }
    return argv;
  }

  static Map<String, String> environment(AgentEnvironment environment) {
    Map<String, String> variables = environment.variables();
    variables.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    variables.put("DISABLE_AUTOUPDATER", "1");
    // A prompt is text: no expansion of @path (section 0, surprise 2).
    variables.put("CLAUDE_CODE_DISABLE_ATTACHMENTS", "1");
    variables.putIfAbsent("CLAUDE_CODE_MAX_RETRIES", RETRIES);
    return variables;
  }

  // Reading inside its own directory needs no permission, so offering Read is enough (1.8).
  private static void addTools(List<String> argv, List<String> tools, boolean mustRead) {
    List<String> offered = new ArrayList<>(tools);
    if (mustRead && !offered.contains(READ)) {
      offered.add(READ);
    }
    argv.add("--tools=" + String.join(",", offered));
    if (!tools.isEmpty()) {
      argv.add("--allowedTools=" + String.join(",", tools));
    }
  }
}

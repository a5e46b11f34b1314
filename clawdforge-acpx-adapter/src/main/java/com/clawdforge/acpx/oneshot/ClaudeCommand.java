package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.ClaudeTerms;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
   * @param terms what this run may do
   * @param config the folder of its configuration
   */
  static List<String> argv(Path program, OneShot oneShot, ClaudeTerms terms, Path config) {
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
                "--settings=" + terms.settings(config),
                // An edit tool that is allowed edits anywhere, files included that name commands
                // for somebody to run. In this mode edits pass in the run's directory alone (1.8).
                "--permission-mode=" + (terms.editsInside() ? "acceptEdits" : "default"),
                "--model=" + oneShot.model()));
    if (oneShot.effort() != null) {
      argv.add("--effort=" + oneShot.effort().name().toLowerCase(Locale.ROOT));
    }
    if (oneShot.maxBudgetUsd() != null) {
      argv.add("--max-budget-usd=" + oneShot.maxBudgetUsd().toPlainString());
    }
    terms.offered().ifPresent(tools -> argv.add(offering(tools)));
    argv.add("--disallowedTools=" + String.join(",", terms.withheld()));
    if (!terms.allowed().isEmpty()) {
      argv.add("--allowedTools=" + String.join(",", terms.allowed()));
    }
    return argv;
  }

  /**
   * What a run may do.
   *
   * @param mustRead whether the agent has to read files that lie in its directory
   * @param readable where runs may read beside their own directories
   */
  static ClaudeTerms terms(OneShot oneShot, boolean mustRead, List<Path> readable) {
    @Nullable List<String> tools = oneShot.tools();
    if (tools != null && mustRead && !tools.contains(READ)) {
      tools = Stream.concat(tools.stream(), Stream.of(READ)).toList();
    }
    return ClaudeTerms.ofRun(oneShot.ceiling(), tools, readable);
  }

  /** Whether the agent may read the files that lie in its directory. */
  static boolean mayRead(OneShot oneShot) {
    return !(oneShot.ceiling() instanceof Permissions.Policy policy)
        || policy.approves(ToolKind.READ);
  }

  static Map<String, String> environment(AgentEnvironment environment, ClaudeTerms terms) {
    Map<String, String> variables = environment.variables();
    terms.addTo(variables);
    variables.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    variables.put("DISABLE_AUTOUPDATER", "1");
    variables.putIfAbsent("CLAUDE_CODE_MAX_RETRIES", RETRIES);
    // For some models the CLI guesses a prompt's tokens and refuses it unasked (claude-sonnet-5
    // from about 530 KB on); whether it is too long is for the provider to say.
    variables.put("CLAUDE_CODE_BLOCKING_LIMIT_OVERRIDE", "1000000000");
    return variables;
  }

  // "default" alone would mean all tools; a comma behind it makes it a name like others.
  private static String offering(List<String> tools) {
    return "--tools=" + String.join(",", tools) + (tools.isEmpty() ? "" : ",");
  }
}

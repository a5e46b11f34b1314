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

  /** Enough for a brief outage, 9 s in all; the CLI's own ten take three minutes (1.5). */
  private static final String RETRIES = "4";

  private ClaudeCommand() {}

  /**
   * A caller's values are joined to their option by {@code =}, so that none can be taken for an
   * option, and options that take several values do not swallow what follows.
   *
   * @param model the model until another one is set
   * @param config the run's configuration folder
   */
  static List<String> argv(RunProfile profile, String model, Path config) {
    ClaudeTerms terms = profile.terms();
    List<String> argv =
        new ArrayList<>(
            List.of(
                profile.program().toString(),
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
                // An allowed edit tool edits anywhere, including files that name commands which
                // others run. In this mode edits are allowed only in the run's directory (1.8).
                "--permission-mode=" + (terms.editsInside() ? "acceptEdits" : "default"),
                "--model=" + model));
    if (profile.effort() != null) {
      argv.add("--effort=" + profile.effort().name().toLowerCase(Locale.ROOT));
    }
    if (profile.maxBudgetUsd() != null) {
      argv.add("--max-budget-usd=" + profile.maxBudgetUsd().toPlainString());
    }
    terms.offered().ifPresent(tools -> argv.add(offering(tools)));
    argv.add("--disallowedTools=" + String.join(",", terms.withheld()));
    if (!terms.allowed().isEmpty()) {
      argv.add("--allowedTools=" + String.join(",", terms.allowed()));
    }
    return argv;
  }

  /**
   * The permissions of a run.
   *
   * @param mustRead whether the agent has to read files in its directory
   * @param readable where runs may read outside their own directories
   */
  static ClaudeTerms terms(OneShot oneShot, boolean mustRead, List<Path> readable) {
    @Nullable List<String> tools = oneShot.tools();
    if (tools != null && mustRead && !tools.contains(READ)) {
      tools = Stream.concat(tools.stream(), Stream.of(READ)).toList();
    }
    return ClaudeTerms.ofRun(oneShot.ceiling(), tools, readable).within(oneShot.network());
  }

  /** Whether the agent may read files in its directory. */
  static boolean mayRead(OneShot oneShot) {
    return !(oneShot.ceiling() instanceof Permissions.Policy policy)
        || policy.approves(ToolKind.READ);
  }

  /** All variables but those of the run's own login. */
  static Map<String, String> environment(AgentEnvironment environment, ClaudeTerms terms) {
    Map<String, String> variables = environment.withoutLogin();
    terms.addTo(variables);
    variables.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    variables.put("DISABLE_AUTOUPDATER", "1");
    // A start that fails is told by a result with the reason's name.
    variables.put("CLAUDE_CODE_STARTUP_FAILURE_RESULTS", "1");
    variables.putIfAbsent("CLAUDE_CODE_MAX_RETRIES", RETRIES);
    // For some models the CLI estimates a prompt's tokens and refuses long prompts itself
    // (claude-sonnet-5 from about 530 KB on); the provider should decide that.
    variables.put("CLAUDE_CODE_BLOCKING_LIMIT_OVERRIDE", "1000000000");
    return variables;
  }

  // "default" alone would mean all tools; with a trailing comma it is a name like others.
  private static String offering(List<String> tools) {
    return "--tools=" + String.join(",", tools) + (tools.isEmpty() ? "" : ",");
  }
}

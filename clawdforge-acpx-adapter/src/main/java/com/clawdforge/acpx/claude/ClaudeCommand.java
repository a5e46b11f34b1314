package com.clawdforge.acpx.claude;

import com.clawdforge.acpx.AgentEnvironment;
import com.clawdforge.acpx.ClaudeTools;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
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
                "--permission-mode=" + (editsInside(oneShot) ? "acceptEdits" : "default"),
                "--model=" + oneShot.model()));
    if (oneShot.effort() != null) {
      argv.add("--effort=" + oneShot.effort().name().toLowerCase(Locale.ROOT));
    }
    if (oneShot.maxBudgetUsd() != null) {
      argv.add("--max-budget-usd=" + oneShot.maxBudgetUsd().toPlainString());
    }
    if (oneShot.tools() != null) {
      List<String> allowed =
          editsInside(oneShot)
              ? oneShot.tools().stream().filter(tool -> !isEdit(tool)).toList()
              : oneShot.tools();
      addTools(argv, oneShot.tools(), allowed, mustRead);
    }
    if (oneShot.ceiling() instanceof Permissions.Policy policy) {
      addCeiling(argv, policy, oneShot.tools() != null);
    }
    return argv;
  }

  // An edit tool that is allowed edits anywhere, files included that name commands for somebody to
  // run. Who may run none gets a mode in which edits pass in the run's directory alone (1.8).
  private static boolean editsInside(OneShot oneShot) {
    return oneShot.tools() != null
        && oneShot.tools().stream().anyMatch(ClaudeCommand::isEdit)
        && mayRunNothing(oneShot);
  }

  private static boolean mayRunNothing(OneShot oneShot) {
    return oneShot.ceiling() instanceof Permissions.Policy policy
        && !policy.approves(ToolKind.EXECUTE);
  }

  private static boolean isEdit(String tool) {
    return ClaudeTools.kindOf(tool) == ToolKind.EDIT;
  }

  /** Whether the agent may read the files that lie in its directory. */
  static boolean mayRead(OneShot oneShot) {
    return !(oneShot.ceiling() instanceof Permissions.Policy policy)
        || policy.approves(ToolKind.READ);
  }

  static Map<String, String> environment(AgentEnvironment environment, OneShot oneShot) {
    Map<String, String> variables = environment.variables();
    if (mayRunNothing(oneShot)) {
      // Claude asks git about its directory, and git runs commands that a file in there names.
      variables.put("GIT_DIR", "/dev/null");
    }
    variables.put("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    variables.put("DISABLE_AUTOUPDATER", "1");
    // A prompt is text: no expansion of @path (section 0, surprise 2).
    variables.put("CLAUDE_CODE_DISABLE_ATTACHMENTS", "1");
    variables.putIfAbsent("CLAUDE_CODE_MAX_RETRIES", RETRIES);
    // For some models the CLI guesses a prompt's tokens and refuses it unasked (claude-sonnet-5
    // from
    // about 530 KB on); whether it is too long is for the provider to say.
    variables.put("CLAUDE_CODE_BLOCKING_LIMIT_OVERRIDE", "1000000000");
    return variables;
  }

  // Reading inside its own directory needs no permission, so offering Read is enough (1.8).
  private static void addTools(
      List<String> argv, List<String> tools, List<String> allowed, boolean mustRead) {
    List<String> offered = new ArrayList<>(tools);
    if (mustRead && !offered.contains(READ)) {
      offered.add(READ);
    }
    argv.add(offering(offered));
    if (!allowed.isEmpty()) {
      argv.add("--allowedTools=" + String.join(",", allowed));
    }
  }

  // A mode decides about what the CLI asks for, and here it has nobody to ask; a policy is about
  // what it does unasked as well. To offer a tool is not to allow it: the CLI keeps its caution.
  private static void addCeiling(List<String> argv, Permissions.Policy policy, boolean toolsNamed) {
    List<String> denied = ClaudeTools.deniedBy(policy);
    if (!denied.isEmpty()) {
      argv.add("--disallowedTools=" + String.join(",", denied));
    }
    // All that we do not know is of kind other: without it, only what we know is left.
    if (!toolsNamed && !policy.approves(ToolKind.OTHER)) {
      argv.add(offering(ClaudeTools.approvedBy(policy)));
    }
  }

  // "default" alone would mean all tools; a comma behind it makes it a name like others.
  private static String offering(List<String> tools) {
    return "--tools=" + String.join(",", tools) + (tools.isEmpty() ? "" : ",");
  }
}

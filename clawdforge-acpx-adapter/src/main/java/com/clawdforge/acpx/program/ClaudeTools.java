package com.clawdforge.acpx.program;

import com.clawdforge.core.agent.ToolKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the tools of Claude Code do, by their names. The kinds are those that claude-agent-acp gives
 * them, with two exceptions: what runs commands without a kind of its own there is {@link
 * ToolKind#EXECUTE} here, and a notebook is edited by an {@link ToolKind#EDIT}.
 */
public final class ClaudeTools {
  // Former names still work: BashOutput is TaskOutput, KillBash and KillShell are TaskStop, Task is
  // Agent. Names that the CLI does not know at all do not belong here: it warns of each. A worktree
  // is made by git, which runs the hooks that it finds.
  private static final Map<ToolKind, List<String>> TOOLS =
      Map.of(
          ToolKind.READ,
          List.of("Read"),
          ToolKind.EDIT,
          List.of("Edit", "NotebookEdit", "Write"),
          ToolKind.SEARCH,
          List.of("Glob", "Grep"),
          ToolKind.EXECUTE,
          List.of(
              "Bash",
              "BashOutput",
              "EnterWorktree",
              "ExitWorktree",
              "KillBash",
              "KillShell",
              "PowerShell",
              "REPL",
              "TaskOutput",
              "TaskStop"),
          ToolKind.THINK,
          List.of(
              "Agent",
              "ReportFindings",
              "Task",
              "TaskCreate",
              "TaskGet",
              "TaskList",
              "TaskUpdate",
              "TodoWrite"),
          ToolKind.FETCH,
          List.of("WebFetch", "WebSearch"),
          ToolKind.OTHER,
          List.of("AskUserQuestion", "Skill"));

  /** Tools that begin something which goes on, or begins, after the answer. */
  private static final List<String> BACKGROUND =
      List.of(
          "CronCreate",
          "CronDelete",
          "CronList",
          "Monitor",
          "PushNotification",
          "RemoteTrigger",
          "ScheduleWakeup",
          "SendMessage",
          "Workflow");

  /** Tools that change how much the CLI asks for. */
  private static final List<String> MODES = List.of("EnterPlanMode", "ExitPlanMode");

  /** Tools that reach what belongs to the operator's account at the provider. */
  private static final List<String> ACCOUNT = List.of("DesignSync");

  private ClaudeTools() {}

  /**
   * The kind of a tool; {@link ToolKind#OTHER} for all that are not listed here.
   *
   * @param tool its name, which a rule may follow: {@code Bash(git:*)}
   */
  public static ToolKind kindOf(String tool) {
    String name = nameOf(tool);
    for (ToolKind kind : ToolKind.values()) {
      if (of(kind).contains(name)) {
        return kind;
      }
    }
    return switch (name) {
      // Only older versions have it.
      case "MultiEdit" -> ToolKind.EDIT;
      case "Monitor" -> ToolKind.EXECUTE;
      default -> ToolKind.OTHER;
    };
  }

  /** The listed tools of some kinds, always in the same order. */
  static List<String> ofKinds(Set<ToolKind> kinds) {
    return Arrays.stream(ToolKind.values())
        .filter(kinds::contains)
        .flatMap(kind -> of(kind).stream())
        .toList();
  }

  /** Every tool that is known here, always in the same order. */
  static List<String> all() {
    return Stream.of(ofKinds(Set.of(ToolKind.values())), BACKGROUND, MODES, ACCOUNT)
        .flatMap(List::stream)
        .toList();
  }

  /** Whether a tool begins something which goes on, or begins, after the answer. */
  static boolean isBackground(String tool) {
    return BACKGROUND.contains(nameOf(tool));
  }

  /** Whether a tool changes how much the CLI asks for. */
  static boolean changesMode(String tool) {
    return MODES.contains(nameOf(tool));
  }

  /** Whether a tool reaches what belongs to the operator's account at the provider. */
  static boolean isOfAccount(String tool) {
    // A connector of the account, or a server of a person's settings, has a name of this form.
    return ACCOUNT.contains(nameOf(tool)) || nameOf(tool).startsWith("mcp__");
  }

  /** A tool's name, without the rule that may follow it. */
  static String nameOf(String tool) {
    int rule = tool.indexOf('(');
    return rule < 0 ? tool : tool.substring(0, rule);
  }

  private static List<String> of(ToolKind kind) {
    return TOOLS.getOrDefault(kind, List.of());
  }
}

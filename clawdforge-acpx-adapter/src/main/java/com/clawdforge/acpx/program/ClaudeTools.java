package com.clawdforge.acpx.program;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.ToolKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The kinds of Claude Code's tools, by name. They are the kinds that claude-agent-acp assigns, with
 * two exceptions: tools that run commands but have no kind there are {@link ToolKind#EXECUTE} here,
 * and the notebook editor is {@link ToolKind#EDIT}.
 */
public final class ClaudeTools {
  // Former names still work: BashOutput is TaskOutput, KillBash and KillShell are TaskStop, Task is
  // Agent. Names that the CLI does not know do not belong here: it warns about each. The worktree
  // tools run git, which runs the hooks that it finds.
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

  /** Tools that start work which continues, or begins, after the answer. */
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

  /** Tools that change how often the CLI asks for permission. */
  private static final List<String> MODES = List.of("EnterPlanMode", "ExitPlanMode");

  /** Tools that access the operator's account at the provider. */
  private static final List<String> ACCOUNT = List.of("DesignSync");

  /** An editor that only older versions have. */
  private static final String FORMER = "MultiEdit";

  private ClaudeTools() {}

  /**
   * The kind of a tool; {@link ToolKind#OTHER} if it is not listed here.
   *
   * @param tool its name, optionally followed by a rule: {@code Bash(git:*)}
   */
  public static ToolKind kindOf(String tool) {
    String name = nameOf(tool);
    for (ToolKind kind : ToolKind.values()) {
      if (of(kind).contains(name)) {
        return kind;
      }
    }
    return switch (name) {
      case FORMER -> ToolKind.EDIT;
      case "Monitor" -> ToolKind.EXECUTE;
      default -> ToolKind.OTHER;
    };
  }

  /**
   * Why tools cannot be offered, in words for the app's developer: the CLI would silently ignore a
   * name that it does not know, and so drop what the app wants. Empty if all names are known, or
   * are those of an MCP server.
   *
   * @param tools each optionally followed by a rule
   */
  public static Optional<String> objectionTo(List<String> tools) {
    List<String> known = Stream.concat(all().stream(), Stream.of(FORMER)).sorted().toList();
    for (String tool : tools) {
      String name = nameOf(tool);
      if (known.contains(name) || name.startsWith("mcp__")) {
        continue;
      }
      List<String> same = known.stream().filter(each -> isSame(each, name)).toList();
      List<String> near =
          same.isEmpty() ? known.stream().filter(each -> resembles(each, name)).toList() : same;
      return Optional.of(
          near.isEmpty()
              ? "claude has no tool %s; it has %s".formatted(name, String.join(", ", known))
              : "claude has no tool %s; use %s".formatted(name, String.join(" or ", near)));
    }
    return Optional.empty();
  }

  private static boolean isSame(String tool, String name) {
    return tool.equalsIgnoreCase(name.replace("_", ""));
  }

  private static boolean resembles(String tool, String name) {
    String right = tool.toLowerCase(Locale.ROOT);
    String wrong = name.replace("_", "").toLowerCase(Locale.ROOT);
    return wrong.length() > 3 && (right.contains(wrong) || wrong.contains(right));
  }

  /** The listed tools of some kinds, always in the same order. */
  static List<String> ofKinds(Set<ToolKind> kinds) {
    return Arrays.stream(ToolKind.values())
        .filter(kinds::contains)
        .flatMap(kind -> of(kind).stream())
        .toList();
  }

  /** Every known tool, always in the same order. */
  static List<String> all() {
    return Stream.of(ofKinds(Set.of(ToolKind.values())), BACKGROUND, MODES, ACCOUNT)
        .flatMap(List::stream)
        .toList();
  }

  /** The least of the network with which a tool can do anything. */
  static Network needs(String tool) {
    return switch (nameOf(tool)) {
      case "WebFetch" -> Network.ALL;
      // The provider searches, when it is asked as it is for an answer.
      case "WebSearch" -> Network.MODEL;
      default -> Network.NONE;
    };
  }

  /** Whether a tool starts work which continues, or begins, after the answer. */
  static boolean isBackground(String tool) {
    return BACKGROUND.contains(nameOf(tool));
  }

  /** Whether a tool changes how often the CLI asks for permission. */
  static boolean changesMode(String tool) {
    return MODES.contains(nameOf(tool));
  }

  /** Whether a tool accesses the operator's account at the provider. */
  static boolean isOfAccount(String tool) {
    // Tools of the account's connectors and of a person's MCP servers have names of this form.
    return ACCOUNT.contains(nameOf(tool)) || nameOf(tool).startsWith("mcp__");
  }

  /** A tool's name without its rule. */
  static String nameOf(String tool) {
    int rule = tool.indexOf('(');
    return rule < 0 ? tool : tool.substring(0, rule);
  }

  private static List<String> of(ToolKind kind) {
    return TOOLS.getOrDefault(kind, List.of());
  }
}

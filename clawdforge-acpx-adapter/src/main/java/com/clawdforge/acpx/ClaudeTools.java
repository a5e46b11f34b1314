package com.clawdforge.acpx;

import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the tools of Claude Code do, by their names. The kinds are those that claude-agent-acp gives
 * them; what runs commands without a kind of its own there is {@link ToolKind#EXECUTE} here.
 */
public final class ClaudeTools {
  // Former names still work: BashOutput is TaskOutput, KillBash and KillShell are TaskStop, Task is
  // Agent. Names that the CLI does not know at all do not belong here: it warns of each.
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
              "KillBash",
              "KillShell",
              "Monitor",
              "PowerShell",
              "REPL",
              "TaskOutput",
              "TaskStop"),
          ToolKind.THINK,
          List.of("Agent", "Task", "TaskCreate", "TaskGet", "TaskList", "TaskUpdate", "TodoWrite"),
          ToolKind.FETCH,
          List.of("WebFetch", "WebSearch"));

  private ClaudeTools() {}

  /**
   * The kind of a tool; {@link ToolKind#OTHER} for all that are not listed here.
   *
   * @param tool its name, which a rule may follow: {@code Bash(git:*)}
   */
  public static ToolKind kindOf(String tool) {
    int rule = tool.indexOf('(');
    String name = rule < 0 ? tool : tool.substring(0, rule);
    for (ToolKind kind : ToolKind.values()) {
      if (of(kind).contains(name)) {
        return kind;
      }
    }
    // Only older versions have it.
    return name.equals("MultiEdit") ? ToolKind.EDIT : ToolKind.OTHER;
  }

  /** The listed tools that some permissions approve, always in the same order. */
  public static List<String> approvedBy(Permissions permissions) {
    return Arrays.stream(ToolKind.values())
        .filter(permissions::approves)
        .flatMap(kind -> of(kind).stream())
        .toList();
  }

  /**
   * The listed tools that some permissions deny, always in the same order. Where {@link
   * ToolKind#OTHER} is denied this is not enough: those tools are not listed, and only offering
   * nothing but {@link #approvedBy} keeps them out.
   */
  public static List<String> deniedBy(Permissions permissions) {
    return Arrays.stream(ToolKind.values())
        .filter(kind -> !permissions.approves(kind))
        .flatMap(kind -> of(kind).stream())
        .toList();
  }

  private static List<String> of(ToolKind kind) {
    return TOOLS.getOrDefault(kind, List.of());
  }
}

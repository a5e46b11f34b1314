package com.clawdforge.acpx.session;

import com.clawdforge.core.agent.ToolKind;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The kinds that claude-agent-acp gives to Claude's tools (0.49.0, {@code toolInfoFromToolUse});
 * tools that it does not know are {@link ToolKind#OTHER}. NotebookEdit is such a one there; it
 * edits, and whoever denies edits means it.
 */
final class ClaudeTools {
  private static final Map<String, ToolKind> KINDS =
      Map.ofEntries(
          Map.entry("Bash", ToolKind.EXECUTE),
          Map.entry("BashOutput", ToolKind.EXECUTE),
          Map.entry("KillShell", ToolKind.EXECUTE),
          Map.entry("KillBash", ToolKind.EXECUTE),
          Map.entry("Monitor", ToolKind.EXECUTE),
          Map.entry("PowerShell", ToolKind.EXECUTE),
          Map.entry("Read", ToolKind.READ),
          Map.entry("NotebookRead", ToolKind.READ),
          Map.entry("Write", ToolKind.EDIT),
          Map.entry("Edit", ToolKind.EDIT),
          Map.entry("MultiEdit", ToolKind.EDIT),
          Map.entry("NotebookEdit", ToolKind.EDIT),
          Map.entry("Glob", ToolKind.SEARCH),
          Map.entry("Grep", ToolKind.SEARCH),
          Map.entry("LS", ToolKind.SEARCH),
          Map.entry("WebFetch", ToolKind.FETCH),
          Map.entry("WebSearch", ToolKind.FETCH),
          Map.entry("Agent", ToolKind.THINK),
          Map.entry("Task", ToolKind.THINK),
          Map.entry("TodoWrite", ToolKind.THINK),
          Map.entry("TaskCreate", ToolKind.THINK),
          Map.entry("TaskUpdate", ToolKind.THINK),
          Map.entry("TaskList", ToolKind.THINK),
          Map.entry("TaskGet", ToolKind.THINK));

  private ClaudeTools() {}

  static ToolKind kindOf(String tool) {
    // A rule may follow the name: Bash(git:*).
    int rule = tool.indexOf('(');
    return KINDS.getOrDefault(rule < 0 ? tool : tool.substring(0, rule), ToolKind.OTHER);
  }

  static List<String> where(Predicate<ToolKind> wanted) {
    return KINDS.entrySet().stream()
        .filter(tool -> wanted.test(tool.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}

package com.clawdforge.acpx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClaudeToolsTest {
  @ParameterizedTest
  @CsvSource({
    "read, Read",
    "edit, Edit Write NotebookEdit MultiEdit",
    "search, Glob Grep",
    "execute, Bash Bash(git:*) BashOutput KillShell KillBash TaskOutput TaskStop Monitor PowerShell REPL",
    "think, Agent Task TodoWrite TaskCreate TaskUpdate TaskGet TaskList",
    "fetch, WebFetch WebSearch",
    "other, Skill Workflow CronCreate AskUserQuestion default bash mcp__server__Bash",
  })
  void a_tool_has_the_kind_of_what_it_does(String kind, String tools) {
    for (String tool : tools.split(" ", -1)) {
      assertEquals(ToolKind.valueOf(kind.toUpperCase(Locale.ROOT)), ClaudeTools.kindOf(tool), tool);
    }
  }

  @Test
  void what_is_not_approved_is_denied() {
    Permissions reading =
        new Permissions.Policy(Set.of(ToolKind.READ, ToolKind.SEARCH), Set.of(), false);

    assertEquals(List.of("Read", "Glob", "Grep"), ClaudeTools.approvedBy(reading));
    assertTrue(ClaudeTools.deniedBy(reading).containsAll(List.of("Bash", "Write", "WebFetch")));
    assertFalse(ClaudeTools.deniedBy(reading).contains("Read"));
  }

  @Test
  void nothing_is_denied_where_everything_is_approved() {
    assertEquals(List.of(), ClaudeTools.deniedBy(Permissions.Mode.APPROVE_ALL));
    assertEquals(List.of(), ClaudeTools.approvedBy(Permissions.Mode.DENY_ALL));
  }
}

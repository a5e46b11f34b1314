package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.agent.ToolKind;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClaudeToolsTest {
  @ParameterizedTest
  @CsvSource({
    "read, Read",
    "edit, Edit Write NotebookEdit MultiEdit",
    "search, Glob Grep",
    "execute, Bash Bash(git:*) BashOutput KillShell KillBash TaskOutput TaskStop Monitor PowerShell REPL EnterWorktree",
    "think, Agent Task TodoWrite TaskCreate TaskUpdate TaskGet TaskList",
    "fetch, WebFetch WebSearch",
    "other, Skill Workflow CronCreate AskUserQuestion default bash mcp__server__Bash",
  })
  void a_tool_has_the_kind_of_what_it_does(String kind, String tools) {
    for (String tool : tools.split(" ", -1)) {
      assertEquals(ToolKind.valueOf(kind.toUpperCase(Locale.ROOT)), ClaudeTools.kindOf(tool), tool);
    }
  }
}

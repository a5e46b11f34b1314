package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.ToolKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClaudeToolsTest {
  @ParameterizedTest
  @CsvSource({
    "read, Read",
    "edit, Edit Write NotebookEdit MultiEdit",
    "search, Glob Grep",
    "execute, Bash Bash(git:*) BashOutput KillShell KillBash TaskOutput TaskStop Monitor PowerShell"
        + " REPL EnterWorktree",
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
  void every_known_tool_and_those_of_servers_may_be_named() {
    assertEquals(Optional.empty(), ClaudeTools.objectionTo(ClaudeTools.all()));
    assertEquals(
        Optional.empty(),
        ClaudeTools.objectionTo(List.of("MultiEdit", "mcp__a__b", "Bash(git:*)")));
    assertEquals(Optional.empty(), ClaudeTools.objectionTo(List.of()));
  }

  @Test
  void an_unknown_tool_is_objected_to_with_those_that_it_resembles() {
    assertEquals(
        Optional.of("claude has no tool bash; use Bash"),
        ClaudeTools.objectionTo(List.of("Read", "bash")));
    assertEquals(
        Optional.of("claude has no tool web_search; use WebSearch"),
        ClaudeTools.objectionTo(List.of("web_search")));
    String all = ClaudeTools.objectionTo(List.of("Teleport")).orElseThrow();
    assertTrue(all.startsWith("claude has no tool Teleport; it has Agent, "), all);
    assertTrue(all.contains(", Read, "), all);
  }
}

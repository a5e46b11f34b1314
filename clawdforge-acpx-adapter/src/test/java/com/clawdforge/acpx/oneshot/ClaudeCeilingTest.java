package com.clawdforge.acpx.oneshot;

import static com.clawdforge.acpx.oneshot.ClaudeFixture.shot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.oneshot.ClaudeFixture.Shot;
import com.clawdforge.acpx.permission.PermissionTest;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the real claude offers to the model, and runs for it, under a ceiling. */
@PermissionTest
@Timeout(120)
class ClaudeCeilingTest {
  private static final Permissions READING =
      new Permissions.Policy(Set.of(ToolKind.READ, ToolKind.SEARCH), Set.of(), false);
  private static final Permissions ALL_BUT_COMMANDS =
      new Permissions.Policy(Set.of(), Set.of(ToolKind.EXECUTE), true);

  // Harmless enough for the CLI to run it without asking, if it is offered.
  private static final ModelReply LS = ModelReply.toolUse("Bash", Map.of("command", "ls"));

  @TempDir Path temp;

  @Test
  void without_tools_that_were_named_not_even_a_harmless_command_runs() throws Exception {
    try (ClaudeFixture claude = sequence(LS, ModelReply.text("done"))) {
      completed(claude, shot("go"));

      List<String> offered = offered(claude);
      assertTrue(offered.containsAll(List.of("Read", "Grep", "Agent")), offered::toString);
      assertFalse(offered.contains("Bash"), offered::toString);
      assertTrue(toolResult(claude, 1).path("is_error").asBoolean());
    }
  }

  @Test
  void a_policy_without_commands_keeps_even_a_harmless_one_from_running() throws Exception {
    try (ClaudeFixture claude = sequence(LS, ModelReply.text("done"))) {
      completed(claude, shot("go").ceiling(ALL_BUT_COMMANDS));

      List<String> offered = offered(claude);
      assertFalse(offered.contains("Bash"), offered::toString);
      assertTrue(offered.containsAll(List.of("Read", "Grep", "Agent")), offered::toString);
      assertTrue(toolResult(claude, 1).path("is_error").asBoolean());
      assertTrue(toolResult(claude, 1).toString().contains("No such tool available: Bash"));
    }
  }

  @Test
  void an_agent_that_the_agent_starts_is_under_the_same_ceiling() throws Exception {
    ModelReply delegate =
        ModelReply.toolUse(
            "Agent", Map.of("description", "d", "prompt", "p", "subagent_type", "general-purpose"));
    try (ClaudeFixture claude =
        sequence(delegate, LS, ModelReply.text("sub"), ModelReply.text("done"))) {
      completed(claude, shot("go").ceiling(ALL_BUT_COMMANDS));

      assertFalse(claude.model.requests().get(1).toolNames().contains("Bash"));
      assertTrue(toolResult(claude, 2).path("is_error").asBoolean());
    }
  }

  @Test
  void a_policy_without_other_tools_offers_what_it_approves_and_nothing_else() throws Exception {
    try (ClaudeFixture claude = sequence(LS, ModelReply.text("done"))) {
      completed(claude, shot("go").ceiling(READING));

      assertEquals(List.of("Grep", "Read"), offered(claude).stream().sorted().toList());
      assertTrue(toolResult(claude, 1).path("is_error").asBoolean());
    }
  }

  @Test
  void a_policy_that_approves_nothing_offers_nothing() throws Exception {
    try (ClaudeFixture claude = sequence(LS, ModelReply.text("done"))) {
      completed(claude, shot("go").ceiling(new Permissions.Policy(Set.of(), Set.of(), false)));

      assertEquals(List.of(), offered(claude));
      assertTrue(toolResult(claude, 1).path("is_error").asBoolean());
    }
  }

  @Test
  void what_a_policy_approves_is_not_allowed_beyond_the_clis_own_caution() throws Exception {
    ModelReply outside = ModelReply.toolUse("Read", Map.of("file_path", "/etc/hostname"));
    try (ClaudeFixture claude = sequence(outside, ModelReply.text("done"))) {
      completed(claude, shot("go").ceiling(READING));

      assertTrue(toolResult(claude, 1).path("is_error").asBoolean());
    }
  }

  @Test
  void without_commands_a_named_tool_reads_only_the_runs_directory() throws Exception {
    ModelReply outside = ModelReply.toolUse("Read", Map.of("file_path", "/etc/hostname"));
    try (ClaudeFixture claude = sequence(outside, ModelReply.text("done"))) {
      completed(claude, shot("go").tools("Read").ceiling(READING));

      assertEquals(List.of("Read"), offered(claude));
      assertTrue(toolResult(claude, 1).path("is_error").asBoolean());
    }
  }

  @Test
  void whoever_may_run_no_command_edits_in_the_runs_directory_alone() throws Exception {
    Permissions editing =
        new Permissions.Policy(Set.of(ToolKind.READ, ToolKind.EDIT), Set.of(), false);
    Path elsewhere = temp.resolve("elsewhere.txt");
    ModelReply outside =
        ModelReply.toolUse("Write", Map.of("file_path", elsewhere.toString(), "content", "x"));
    ModelReply inside =
        ModelReply.toolUse("Write", Map.of("file_path", "inside.txt", "content", "x"));
    try (ClaudeFixture claude = sequence(outside, inside, ModelReply.text("done"))) {
      completed(claude, shot("go").tools("Write", "Edit(//**)").ceiling(editing));

      assertTrue(toolResult(claude, 1).path("is_error").asBoolean());
      assertFalse(Files.exists(elsewhere));
      assertFalse(toolResult(claude, 2).path("is_error").asBoolean());
    }
  }

  @Test
  void whoever_may_run_commands_edits_anywhere_but_for_isolation() throws Exception {
    Permissions all =
        new Permissions.Policy(
            Set.of(ToolKind.READ, ToolKind.EDIT, ToolKind.EXECUTE), Set.of(), false);
    Path elsewhere = temp.resolve("elsewhere.txt");
    ModelReply outside =
        ModelReply.toolUse("Write", Map.of("file_path", elsewhere.toString(), "content", "x"));
    Script script = Script.sequence(outside, ModelReply.text("done"));
    try (ClaudeFixture claude = ClaudeFixture.unconfined(temp, script)) {
      completed(claude, shot("go").tools("Write", "Bash").ceiling(all));

      assertTrue(Files.exists(elsewhere));
    }
  }

  @ParameterizedTest
  @EnumSource(Permissions.Mode.class)
  void a_mode_leaves_no_command_that_was_not_named(Permissions.Mode mode) throws Exception {
    try (ClaudeFixture claude = sequence(LS, ModelReply.text("done"))) {
      completed(claude, shot("go").ceiling(mode));

      assertFalse(offered(claude).contains("Bash"));
      assertTrue(toolResult(claude, 1).path("is_error").asBoolean());
    }
  }

  @Test
  void structured_output_is_no_tool_that_a_policy_could_deny() throws Exception {
    ModelReply reply = ModelReply.toolUse("StructuredOutput", Map.of("qty", 2));
    try (ClaudeFixture claude = sequence(reply, ModelReply.text("done"))) {
      AgentOutcome.Completed done =
          completed(claude, shot("go").schema("{\"type\":\"object\"}").ceiling(READING));

      assertEquals("{\"qty\":2}", done.structured());
    }
  }

  @Test
  void a_file_that_the_agent_would_have_to_read_fails_where_it_may_not() throws Exception {
    Permissions searching = new Permissions.Policy(Set.of(ToolKind.SEARCH), Set.of(), false);
    try (ClaudeFixture claude = sequence(ModelReply.text("done"))) {
      AgentOutcome outcome =
          claude.run(shot("go").file("a.bin", new byte[] {0, 1, 2}).ceiling(searching));

      AgentOutcome.Failed failed = assertInstanceOf(AgentOutcome.Failed.class, outcome);
      assertTrue(failed.message().contains("max_permissions"), failed.message());
      assertEquals(List.of(), claude.model.requests());
      assertEquals(List.of(), claude.directories());
    }
  }

  @Test
  void a_tool_named_default_is_not_taken_for_all_tools() throws Exception {
    try (ClaudeFixture claude = sequence(ModelReply.text("done"))) {
      completed(claude, shot("go").tools("default"));

      assertEquals(List.of(), offered(claude));
    }
  }

  @Test
  void the_cli_knows_all_tools_that_are_listed() throws Exception {
    // It would warn about the others on standard error, which a failed run shows.
    try (ClaudeFixture claude = sequence(ModelReply.error(400, "invalid_request_error", "no"))) {
      AgentOutcome outcome =
          claude.run(shot("go").ceiling(new Permissions.Policy(Set.of(), Set.of(), false)));

      assertEquals("", assertInstanceOf(AgentOutcome.Failed.class, outcome).stderrTail());
    }
  }

  private ClaudeFixture sequence(ModelReply... replies) throws Exception {
    return ClaudeFixture.claude(temp, Script.sequence(replies));
  }

  private static AgentOutcome.Completed completed(ClaudeFixture claude, Shot shot)
      throws Exception {
    AgentOutcome outcome = claude.run(shot);
    return assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
  }

  private static List<String> offered(ClaudeFixture claude) {
    return claude.model.requests().getFirst().toolNames();
  }

  private static JsonNode toolResult(ClaudeFixture claude, int request) {
    ModelRequest asked = claude.model.requests().get(request);
    return asked.userBlocks().stream()
        .filter(block -> block.path("type").asText().equals("tool_result"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no tool result in request " + request));
  }
}

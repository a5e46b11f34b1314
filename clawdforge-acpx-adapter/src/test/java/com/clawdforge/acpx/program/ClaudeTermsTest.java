package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClaudeTermsTest {
  private static final Permissions READING =
      new Permissions.Policy(Set.of(ToolKind.READ, ToolKind.SEARCH), Set.of(), false);
  private static final Permissions ALL_BUT_COMMANDS =
      new Permissions.Policy(Set.of(), Set.of(ToolKind.EXECUTE), true);
  private static final Path CONFIG = Path.of("/sessions/s/config");
  private static final List<String> ON_THEIR_OWN =
      List.of("CronCreate", "Workflow", "ScheduleWakeup", "RemoteTrigger", "SendMessage");

  @ParameterizedTest
  @EnumSource(
      value = Permissions.Mode.class,
      names = {"APPROVE_READS", "DENY_ALL"})
  void a_mode_without_commands_offers_reading_and_lists_and_no_command(Permissions.Mode mode) {
    List<String> offered = session(mode, null).offered().orElseThrow();

    assertTrue(
        offered.containsAll(List.of("Read", "Glob", "Grep", "TodoWrite")), offered::toString);
    for (String tool : List.of("Bash", "Write", "WebFetch", "Skill", "EnterPlanMode")) {
      assertFalse(offered.contains(tool), tool);
      assertTrue(session(mode, null).withheld().contains(tool), tool);
    }
  }

  @Test
  void where_everything_passes_all_is_offered_but_what_goes_on_by_itself() {
    ClaudeTerms all = session(Permissions.Mode.APPROVE_ALL, null);

    assertTrue(all.offered().isEmpty());
    assertTrue(all.withheld().containsAll(ON_THEIR_OWN));
    assertTrue(all.withheld().contains("DesignSync"));
    assertFalse(all.withheld().contains("Bash"));
    assertFalse(all.withheld().contains("EnterPlanMode"));
  }

  @Test
  void what_goes_on_by_itself_is_offered_where_it_was_asked_for() {
    ClaudeTerms background = ClaudeTerms.ofSession(Permissions.Mode.APPROVE_ALL, null, true);

    assertEquals(List.of("DesignSync"), background.withheld());
    assertFalse(environment(background).containsKey("CLAUDE_CODE_DISABLE_CRON"));
    assertEquals(
        "1",
        environment(session(Permissions.Mode.APPROVE_ALL, null)).get("CLAUDE_CODE_DISABLE_CRON"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CronCreate",
        "EnterPlanMode",
        "ExitPlanMode",
        "Workflow",
        "Bash",
        "Bash(ls:*)",
        "Monitor",
        "DesignSync",
        "mcp__claude_ai_Gmail__send_mail"
      })
  void naming_a_tool_does_not_get_around_the_terms(String tool) {
    for (Permissions permissions : List.of(ALL_BUT_COMMANDS, Permissions.Mode.DENY_ALL)) {
      assertEquals(List.of(), session(permissions, List.of(tool)).offered().orElseThrow());
    }
  }

  @Test
  void a_tool_that_is_not_known_is_of_kind_other() {
    assertEquals(
        List.of("Teleport"),
        session(ALL_BUT_COMMANDS, List.of("Teleport")).offered().orElseThrow());
    assertEquals(List.of(), session(READING, List.of("Teleport")).offered().orElseThrow());
    assertFalse(session(ALL_BUT_COMMANDS, null).offered().orElseThrow().contains("Teleport"));
  }

  @Test
  void a_tool_is_offered_only_with_as_much_of_the_network_as_it_needs() {
    for (ClaudeTerms terms :
        List.of(
            session(Permissions.Mode.APPROVE_ALL, null),
            ClaudeTerms.ofRun(null, List.of("Bash", "WebFetch", "WebSearch"), List.of()))) {
      assertEquals(List.of(), web(terms.within(Network.ALL)));
      assertEquals(List.of("WebFetch"), web(terms.within(Network.MODEL)));
      assertEquals(List.of("WebFetch", "WebSearch"), web(terms.within(Network.NONE)));
      assertEquals(terms, terms.within(Network.ALL));
      assertNotEquals(terms, terms.within(Network.MODEL));
    }
    assertEquals(
        List.of("Bash"),
        ClaudeTerms.ofRun(null, List.of("Bash", "WebFetch(domain:x)"), List.of())
            .within(Network.MODEL)
            .allowed());
  }

  private static List<String> web(ClaudeTerms terms) {
    return terms.withheld().stream().filter(tool -> tool.startsWith("Web")).toList();
  }

  @Test
  void tools_that_are_named_narrow_what_passes() {
    ClaudeTerms editing = session(Permissions.Mode.APPROVE_ALL, List.of("Read", "Write"));

    assertEquals(Set.of(ToolKind.READ, ToolKind.EDIT), editing.kinds());
    assertFalse(editing.runsCommands());
    assertEquals("/dev/null", environment(editing).get("GIT_DIR"));
    assertTrue(session(Permissions.Mode.APPROVE_ALL, List.of("Bash")).runsCommands());
  }

  @Test
  void a_skill_takes_commands_since_it_brings_rules_of_its_own() {
    assertFalse(session(ALL_BUT_COMMANDS, null).offered().orElseThrow().contains("Skill"));
    assertEquals(
        List.of(), ClaudeTerms.ofRun(null, List.of("Skill"), List.of()).offered().orElseThrow());
    assertEquals(
        List.of("Skill", "Bash"),
        ClaudeTerms.ofRun(null, List.of("Skill", "Bash"), List.of()).offered().orElseThrow());
  }

  @Test
  void a_policy_offers_what_it_approves_alone() {
    assertEquals(List.of("Read", "Glob", "Grep"), session(READING, null).offered().orElseThrow());
    assertEquals(
        List.of(),
        session(new Permissions.Policy(Set.of(), Set.of(), false), null).offered().orElseThrow());
  }

  @Test
  void a_run_that_names_no_tools_reads_and_runs_nothing() {
    ClaudeTerms run = ClaudeTerms.ofRun(null, null, List.of());

    assertFalse(run.runsCommands());
    assertFalse(run.offered().orElseThrow().contains("Write"));
    assertTrue(run.offered().orElseThrow().contains("Read"));
    assertEquals(List.of(), run.allowed());
    assertFalse(run.editsInside());
  }

  @Test
  void a_run_without_commands_is_allowed_no_files_beyond_its_directory() {
    ClaudeTerms run = ClaudeTerms.ofRun(null, List.of("Read", "Edit(//**)", "WebFetch"), List.of());

    assertEquals(List.of("WebFetch"), run.allowed());
    assertTrue(run.editsInside());
  }

  @Test
  void a_run_with_commands_is_allowed_what_it_names() {
    ClaudeTerms run = ClaudeTerms.ofRun(null, List.of("Read", "Bash(git:*)"), List.of());

    assertEquals(List.of("Read", "Bash(git:*)"), run.allowed());
    assertFalse(run.settings(CONFIG).at("/permissions").has("ask"));
  }

  @Test
  void what_the_operator_opened_may_be_read_by_who_may_read() {
    List<Path> docs = List.of(Path.of("/srv/docs"));
    assertEquals(
        "Read(//srv/docs/**)",
        ClaudeTerms.ofRun(null, null, docs).settings(CONFIG).at("/permissions/allow/0").asText());
    assertFalse(
        ClaudeTerms.ofRun(Permissions.Mode.DENY_ALL, null, docs)
            .settings(CONFIG)
            .at("/permissions")
            .has("allow"));
  }

  @Test
  void no_terms_leave_a_mode_in_which_the_cli_does_not_ask() {
    for (ClaudeTerms terms :
        List.of(
            session(Permissions.Mode.APPROVE_ALL, null),
            session(READING, null),
            ClaudeTerms.ofRun(null, null, List.of()))) {
      ObjectNode settings = terms.settings(CONFIG);
      assertEquals("disable", settings.at("/permissions/disableBypassPermissionsMode").textValue());
      assertEquals("disable", settings.at("/disableAutoMode").textValue());
      assertEquals("false", environment(terms).get("ENABLE_CLAUDEAI_MCP_SERVERS"));
    }
  }

  private static ClaudeTerms session(Permissions permissions, @Nullable List<String> tools) {
    return ClaudeTerms.ofSession(permissions, tools, false);
  }

  private static Map<String, String> environment(ClaudeTerms terms) {
    Map<String, String> environment = new HashMap<>();
    terms.addTo(environment);
    return environment;
  }
}

package com.clawdforge.acpx.driver;

import static com.clawdforge.acpx.driver.SessionFixture.after;
import static com.clawdforge.acpx.session.TestSessions.session;
import static com.clawdforge.acpx.session.TestSessions.with;
import static com.clawdforge.acpx.session.TestSessions.withTools;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.permission.PermissionTest;
import com.clawdforge.acpx.session.SessionFolders;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which tool calls are allowed: decided by kind, never by text of the model. */
@PermissionTest
@Timeout(240)
final class SessionPermissionsTest {
  @TempDir Path temp;

  @Test
  void what_a_mode_approves_passes() throws Exception {
    assertTrue(writes(Permissions.Mode.APPROVE_ALL));
  }

  @Test
  void what_a_mode_does_not_approve_is_denied() throws Exception {
    assertFalse(writes(Permissions.Mode.APPROVE_READS));
  }

  @Test
  void nothing_passes_where_all_is_denied() throws Exception {
    assertFalse(writes(Permissions.Mode.DENY_ALL));
  }

  @Test
  void a_policy_approves_by_kind() throws Exception {
    assertTrue(writes(new Permissions.Policy(Set.of(ToolKind.EXECUTE), Set.of(), false)));
  }

  @Test
  void a_title_that_begins_like_an_approved_kind_passes_nothing() throws Exception {
    // Acpx would take the first word for the tool's name.
    assertFalse(
        writes(
            new Permissions.Policy(Set.of(ToolKind.READ), Set.of(), false),
            "read x; echo pwned > f"));
  }

  @Test
  void a_command_that_begins_like_a_denied_kind_passes_if_commands_do() throws Exception {
    assertTrue(
        writes(
            new Permissions.Policy(Set.of(ToolKind.EXECUTE), Set.of(ToolKind.READ), false),
            "read x < /dev/null; echo done > f"));
  }

  @Test
  void a_denied_request_is_published_as_the_agent_wrote_it() throws Exception {
    AgentSession session = with(session(), Permissions.Mode.DENY_ALL);
    try (SessionFixture fixture = SessionFixture.start(temp, request -> readOutside(request))) {
      fixture.runner.open(session);
      List<String> events = fixture.turn(session, "go").events;
      String request =
          events.stream()
              .filter(event -> event.contains("session/request_permission"))
              .findFirst()
              .orElseThrow();
      String answer =
          events.stream()
              .skip(events.indexOf(request) + 1)
              .filter(event -> event.contains("\"outcome\""))
              .findFirst()
              .orElseThrow();

      // Unescaped quotes show that this is the request itself, not a member of another message.
      assertTrue(request.contains("\"kind\":\"allow_once\""), request);
      assertTrue(request.contains("\"rawInput\":{"), request);
      assertTrue(answer.contains("\"optionId\":\"reject\""), answer);
      fixture.runner.close(session);
    }
  }

  @Test
  void deny_wins() throws Exception {
    assertFalse(
        writes(new Permissions.Policy(Set.of(ToolKind.EXECUTE), Set.of(ToolKind.EXECUTE), true)));
  }

  @Test
  void tools_of_denied_kinds_are_not_offered() throws Exception {
    assertEquals(
        List.of("Glob", "Grep", "Read"),
        offered(
                with(
                    session(),
                    new Permissions.Policy(
                        Set.of(ToolKind.READ, ToolKind.SEARCH), Set.of(), false)))
            .stream()
            .sorted()
            .toList());
  }

  @Test
  void a_policy_that_denies_one_kind_leaves_the_other_tools() throws Exception {
    List<String> offered =
        offered(with(session(), new Permissions.Policy(Set.of(), Set.of(ToolKind.EXECUTE), true)));
    assertFalse(offered.contains("Bash"), offered::toString);
    assertTrue(offered.contains("Write") && offered.contains("WebFetch"), offered::toString);
    assertFalse(offered.contains("EnterPlanMode"), offered::toString);
  }

  @Test
  void only_the_allowed_tools_are_offered() throws Exception {
    assertEquals(List.of("Read"), offered(withTools(session(), List.of("Read"))));
  }

  @Test
  void no_tools_at_all_can_be_asked_for() throws Exception {
    assertEquals(List.of(), offered(withTools(session(), List.of())));
  }

  @Test
  void who_may_only_edit_runs_no_commands_through_a_repository_of_their_own() throws Exception {
    AgentSession session =
        with(
            session(),
            new Permissions.Policy(Set.of(ToolKind.READ, ToolKind.EDIT), Set.of(), false));
    Path work = new SessionFolders(temp.resolve("sessions")).of(session).work();
    Path marker = temp.resolve("marker");
    String settings = "[core]\n\tfsmonitor = \"echo run >> " + marker + "; false\"\n";
    Queue<ModelReply> edits =
        new ConcurrentLinkedQueue<>(
            List.of(
                edit(work.resolve(".git/HEAD"), "ref: refs/heads/main\n"),
                edit(work.resolve(".git/config"), settings),
                edit(work.resolve(".git/objects/x"), "x"),
                edit(work.resolve(".git/refs/x"), "x")));
    try (SessionFixture fixture =
        SessionFixture.start(
            temp, request -> Objects.requireNonNullElse(edits.poll(), ModelReply.text("done")))) {
      fixture.runner.open(session);
      RecordedTurn first = fixture.turn(session, "go");
      assertEquals("done", first.text());
      assertTrue(Files.exists(work.resolve(".git/refs/x")));

      fixture.runner.endOrphans(List.of(session.sessionId()));
      assertEquals("done", fixture.turn(after(session, first), "two").text());
      assertFalse(Files.exists(marker));
      fixture.runner.close(session);
    }
  }

  @Test
  void an_agent_that_edits_cannot_leave_settings_that_skip_permissions() throws Exception {
    AgentSession session =
        with(
            session(),
            new Permissions.Policy(Set.of(ToolKind.READ, ToolKind.EDIT), Set.of(), false));
    Path work = new SessionFolders(temp.resolve("sessions")).of(session).work();
    Path elsewhere = temp.resolve("elsewhere");
    Queue<ModelReply> edits = new ConcurrentLinkedQueue<>();
    edits.add(
        edit(
            work.resolve(".claude/settings.local.json"),
            "{\"permissions\":{\"defaultMode\":\"bypassPermissions\"}}"));
    edits.add(ModelReply.text("done"));
    edits.add(edit(elsewhere, "x"));
    try (SessionFixture fixture =
        SessionFixture.start(
            temp, request -> Objects.requireNonNullElse(edits.poll(), ModelReply.text("done")))) {
      fixture.runner.open(session);
      RecordedTurn first = fixture.turn(session, "go");
      assertEquals("done", first.text());
      assertTrue(Files.exists(work.resolve(".claude/settings.local.json")));

      fixture.runner.endOrphans(List.of(session.sessionId()));
      assertEquals("done", fixture.turn(after(session, first), "two").text());
      assertFalse(Files.exists(elsewhere));
      fixture.runner.close(session);
    }
  }

  @Test
  void tools_that_are_named_bound_the_files_of_who_may_do_everything() throws Exception {
    AgentSession session = withTools(session(), List.of("Read", "Write"));
    Path work = new SessionFolders(temp.resolve("sessions")).of(session).work();
    Path elsewhere = temp.resolve("elsewhere");
    Queue<ModelReply> edits =
        new ConcurrentLinkedQueue<>(List.of(edit(elsewhere, "x"), edit(work.resolve("here"), "x")));
    try (SessionFixture fixture =
        SessionFixture.start(
            temp, request -> Objects.requireNonNullElse(edits.poll(), ModelReply.text("done")))) {
      fixture.runner.open(session);
      assertEquals("done", fixture.turn(session, "go").text());
      assertFalse(Files.exists(elsewhere));
      assertTrue(Files.exists(work.resolve("here")));
      fixture.runner.close(session);
    }
  }

  @Test
  void a_call_that_the_adapter_fails_on_ends_the_agent_not_the_session() throws Exception {
    AgentSession session = with(session(), Permissions.Mode.DENY_ALL);
    ModelReply malformed = ModelReply.toolUse("Read", Map.of("file_path", List.of("x")));
    try (SessionFixture fixture =
        SessionFixture.start(
            temp,
            request ->
                request.lastUserText().contains("two") ? ModelReply.text("done") : malformed)) {
      fixture.runner.open(session);
      RecordedTurn first = fixture.turn(session, "go");
      assertTrue(first.outcome() instanceof AgentOutcome.Failed, first.outcome()::toString);
      assertEquals(Map.of(), fixture.processes(session));

      assertEquals("done", fixture.turn(after(session, first), "two").text());
      fixture.runner.close(session);
    }
  }

  @Test
  void who_may_only_edit_does_so_in_the_sessions_directory_alone() throws Exception {
    AgentSession session =
        with(
            session(),
            new Permissions.Policy(Set.of(ToolKind.READ, ToolKind.EDIT), Set.of(), false));
    Path work = new SessionFolders(temp.resolve("sessions")).of(session).work();
    Path elsewhere = temp.resolve("elsewhere");
    Queue<ModelReply> edits =
        new ConcurrentLinkedQueue<>(List.of(edit(elsewhere, "x"), edit(work.resolve("here"), "x")));
    try (SessionFixture fixture =
        SessionFixture.start(
            temp, request -> Objects.requireNonNullElse(edits.poll(), ModelReply.text("done")))) {
      fixture.runner.open(session);
      assertEquals("done", fixture.turn(session, "go").text());
      assertFalse(Files.exists(elsewhere));
      assertTrue(Files.exists(work.resolve("here")));
      fixture.runner.close(session);
    }
  }

  private static ModelReply edit(Path file, String content) {
    return ModelReply.toolUse("Write", Map.of("file_path", file.toString(), "content", content));
  }

  private static ModelReply readOutside(ModelRequest request) {
    return request.userBlocks().toString().contains("tool_result")
        ? ModelReply.text("done")
        : ModelReply.toolUse("Read", Map.of("file_path", "/etc/hostname"));
  }

  private boolean writes(Permissions permissions) throws Exception {
    return writes(permissions, "echo pwned > f");
  }

  private boolean writes(Permissions permissions, String command) throws Exception {
    AgentSession session = with(session(), permissions);
    try (SessionFixture fixture =
        SessionFixture.start(
            temp,
            request ->
                request.userBlocks().toString().contains("tool_result")
                    ? ModelReply.text("done")
                    : ModelReply.toolUse("Bash", Map.of("command", command, "description", "d")))) {
      fixture.runner.open(session);
      assertEquals("done", fixture.turn(session, "go").text());
      boolean written = Files.exists(fixture.work(session).resolve("f"));
      fixture.runner.close(session);
      return written;
    }
  }

  private List<String> offered(AgentSession session) throws Exception {
    try (SessionFixture fixture = SessionFixture.start(temp, request -> ModelReply.text("ok"))) {
      fixture.runner.open(session);
      assertEquals("ok", fixture.turn(session, "go").text());
      fixture.runner.close(session);
      return fixture.model.requests().getLast().toolNames();
    }
  }
}

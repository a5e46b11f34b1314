package com.clawdforge.acpx.agent;

import static com.clawdforge.acpx.session.TestSessions.session;
import static com.clawdforge.acpx.session.TestSessions.with;
import static com.clawdforge.acpx.session.TestSessions.withTools;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.SystemPrompt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CodexProfileTest {
  private final CodexProfile codex = new CodexProfile();

  @Test
  void only_permissions_that_approve_all_are_taken() {
    AgentSession session = session("codex");

    assertEquals(Optional.empty(), codex.objectionTo(session));
    for (Permissions other :
        List.of(
            Permissions.Mode.APPROVE_READS,
            Permissions.Mode.DENY_ALL,
            new Permissions.Policy(Set.of(), Set.of(), true))) {
      assertEquals("permissions", refused(with(session, other)));
    }
  }

  @Test
  void a_system_prompt_is_added_and_never_replaced() {
    AgentSession session = session("codex");

    assertEquals(
        Optional.empty(),
        codex.objectionTo(with(session, new SystemPrompt("x", SystemPrompt.Mode.APPEND))));
    assertEquals(
        "system_mode", refused(with(session, new SystemPrompt("x", SystemPrompt.Mode.REPLACE))));
  }

  @Test
  void tools_cannot_be_chosen() {
    assertEquals("allowed_tools", refused(withTools(session("codex"), List.of())));
  }

  @Test
  void a_first_text_that_would_be_a_command_comes_after_a_blank_one() {
    for (String prompt : List.of("/status", " \n/status", "\u00a0/status", "\ufeff/status")) {
      assertEquals(List.of("\n", prompt), codex.blocks(prompt, true));
      assertEquals(List.of(prompt), codex.blocks(prompt, false));
    }
    assertEquals(List.of("a/b"), codex.blocks("a/b", true));
  }

  @Test
  void only_empty_directories_of_a_killed_sandbox_are_taken_away(@TempDir Path temp)
      throws Exception {
    SessionDirectory directory = new SessionDirectory(temp);
    Files.createDirectories(directory.work().resolve(".git/objects"));
    Files.createDirectories(directory.work().resolve(".codex"));
    Files.createDirectories(directory.tmp().resolve(".agents"));

    codex.tidy(directory);

    assertTrue(Files.isDirectory(directory.work().resolve(".git/objects")));
    assertFalse(Files.exists(directory.work().resolve(".codex")));
    assertFalse(Files.exists(directory.tmp().resolve(".agents")));
  }

  private String refused(AgentSession session) {
    return codex.objectionTo(session).map(SessionOpening.Unsupported::field).orElse("");
  }
}

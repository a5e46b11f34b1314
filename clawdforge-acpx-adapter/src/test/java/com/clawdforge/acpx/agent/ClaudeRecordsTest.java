package com.clawdforge.acpx.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.program.AgentEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents with a login in a file can change the folder in which these records are. */
final class ClaudeRecordsTest {
  @TempDir Path temp;

  @Test
  void what_is_kept_of_a_conversation_is_deleted_and_not_through_a_link() throws Exception {
    Path shared = Files.createDirectories(temp.resolve("home/.claude"));
    Path others = Files.createDirectory(temp.resolve("others"));
    String conversation = UUID.randomUUID().toString();
    Path own = Files.createDirectories(shared.resolve("session-env").resolve(conversation));
    Path other = Files.createDirectory(others.resolve(conversation));

    delete(conversation);
    assertFalse(Files.exists(own));

    Files.delete(shared.resolve("session-env"));
    Files.createSymbolicLink(shared.resolve("session-env"), others);
    delete(conversation);
    assertTrue(Files.exists(other));
  }

  private void delete(String conversation) {
    new ClaudeRecords(
            AgentEnvironment.from(Map.of("HOME", temp.resolve("home").toString()), List.of()))
        .deleteTranscripts(temp, "no-session", Optional.of(conversation));
  }
}

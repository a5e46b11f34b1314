package com.clawdforge.acpx.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.Permissions;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SessionFoldersTest {
  private final Instant now = Instant.now();

  @TempDir Path temp;

  @Test
  void sessions_of_an_owner_lie_together_and_apart_from_those_of_others() {
    SessionFolders folders = new SessionFolders(temp);
    SessionDirectory one = folders.of(session("token-a"));
    SessionDirectory two = folders.of(session("token-a"));
    SessionDirectory others = folders.of(session("token-b"));

    assertEquals(folders.ofOwner("token-a"), one.root().getParent());
    assertEquals(folders.scopeOf(one), folders.scopeOf(two));
    assertNotEquals(folders.scopeOf(one), folders.scopeOf(others));
    assertNotEquals(temp, folders.scopeOf(others));
  }

  @Test
  void a_session_that_was_made_before_stays_where_it_is_and_has_its_directory_alone()
      throws Exception {
    SessionFolders folders = new SessionFolders(temp);
    AgentSession old = session("token-a");
    Path root = Files.createDirectory(temp.resolve(old.sessionId()));

    SessionDirectory directory = folders.of(old);
    assertEquals(root, directory.root());
    assertEquals(root, folders.scopeOf(directory));
    assertEquals(Optional.of(directory), folders.find(old.sessionId()));
  }

  @Test
  void an_owner_whose_name_could_lead_elsewhere_has_a_folder_here() {
    SessionFolders folders = new SessionFolders(temp);
    assertEquals(temp, folders.ofOwner("../../etc/x y").getParent());
  }

  @Test
  void unknown_sessions_are_found_and_the_folders_of_owners_who_have_none_are_deleted()
      throws Exception {
    SessionFolders folders = new SessionFolders(temp);
    AgentSession session = session("token-a");
    SessionDirectory directory = folders.of(session);
    directory.prepare();
    Path unused = Files.createDirectory(folders.ofOwner("token-b"));
    Files.createDirectory(unused.resolve(SessionFolders.CACHE));
    Path fresh = Files.createDirectory(folders.ofOwner("token-c"));
    setTime(unused, now.minusSeconds(100));

    assertEquals(List.of(), folders.unknownSinceBefore(now.minusSeconds(50), id -> false));
    assertFalse(Files.exists(unused));
    assertTrue(Files.exists(fresh));
    setTime(mark(directory), now.minusSeconds(100));
    assertEquals(List.of(directory), folders.unknownSinceBefore(now.minusSeconds(50), id -> false));
    assertEquals(Optional.of(directory), folders.find(session.sessionId()));

    directory.delete();
    assertEquals(List.of(), folders.unknownSinceBefore(now.minusSeconds(50), id -> false));
    assertFalse(Files.exists(mark(directory)));
    assertFalse(Files.exists(directory.notes()));
  }

  @Test
  void an_agent_cannot_say_since_when_a_session_is_unknown() throws Exception {
    SessionFolders folders = new SessionFolders(temp);
    SessionDirectory directory = folders.of(session("token-a"));
    directory.prepare();
    Path forged = Files.createFile(directory.root().resolve("unknown-to-the-ledger"));
    setTime(forged, now.minusSeconds(100));

    assertEquals(List.of(), folders.unknownSinceBefore(now.minusSeconds(50), id -> false));
  }

  @Test
  void what_the_server_notes_lies_where_no_agent_of_the_owner_can_write() throws Exception {
    SessionFolders folders = new SessionFolders(temp);
    SessionDirectory directory = folders.of(session("token-a"));
    directory.prepare("{}");
    directory.recordId("record");
    directory.cost(BigDecimal.ONE);
    directory.noteLogin("login");

    Path scope = folders.scopeOf(directory);
    assertFalse(directory.notes().startsWith(scope));
    try (Stream<Path> all = Files.list(directory.root())) {
      assertEquals(Set.of(directory.work(), directory.tmp()), all.collect(Collectors.toSet()));
    }
    assertEquals(Optional.of("record"), directory.recordId());
  }

  @Test
  void a_directory_that_an_agent_has_made_under_anothers_id_is_not_the_others() throws Exception {
    SessionFolders folders = new SessionFolders(temp);
    AgentSession session = session("token-b");
    SessionDirectory directory = folders.of(session);
    directory.prepare();
    SessionDirectory forged = SessionDirectory.of(folders.ofOwner("token-a"), session.sessionId());
    Files.createDirectories(forged.work());

    assertEquals(Optional.of(directory), folders.find(session.sessionId()));
    assertEquals(List.of(), SessionFolders.genuine(List.of(forged)));
    forged.delete();
    assertFalse(Files.exists(forged.root()));
    assertTrue(Files.exists(directory.notes()));
    assertTrue(directory.isGenuine());
  }

  private static Path mark(SessionDirectory directory) {
    Path folder = Objects.requireNonNull(directory.root().getParent());
    return folder
        .resolveSibling("marks")
        .resolve(folder.getFileName() + "." + directory.root().getFileName());
  }

  private static void setTime(Path file, Instant time) throws Exception {
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private static AgentSession session(String owner) {
    return new AgentSession(
        UUID.randomUUID().toString(),
        owner,
        "claude",
        null,
        null,
        Permissions.Mode.APPROVE_ALL,
        null,
        false,
        null,
        null);
  }
}

package com.clawdforge.acpx.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionFolders;
import com.clawdforge.acpx.session.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What sessions have on disk that the ledger does not know, as after the restore of a backup. */
final class UnknownSessionsTest {
  private final Instant now = Instant.now();
  private final Instant yesterday = now.minus(Duration.ofDays(1));

  @TempDir Path temp;

  @Test
  void a_session_unknown_for_a_day_goes_with_its_record_and_all_others_stay() throws Exception {
    String unknown = session(yesterday.minusSeconds(60));
    String known = session(yesterday.minusSeconds(60));
    String newlyUnknown = session(now);
    Path strangers = oldFolder("sessions/my-project");
    Path linked = oldFolder("elsewhere");
    Path link = temp.resolve("sessions").resolve(UUID.randomUUID().toString());
    Files.createSymbolicLink(link, linked);
    try (AcpxDriver driver = driver()) {
      assertEquals(List.of(), driver.deleteUnknownSessions(known::equals, yesterday));
      assertTrue(Files.exists(directory(unknown).root()), "another ledger may come yet");
      touch(mark(unknown), yesterday.minusSeconds(1));

      assertEquals(List.of(unknown), driver.deleteUnknownSessions(known::equals, yesterday));
    }
    assertFalse(Files.exists(directory(unknown).root()));
    assertFalse(Files.exists(record(unknown)));
    for (String stays : List.of(known, newlyUnknown)) {
      assertTrue(Files.exists(directory(stays).work()));
      assertTrue(Files.exists(record(stays)));
    }
    assertTrue(Files.exists(strangers));
    assertTrue(Files.exists(linked));
    assertTrue(Files.exists(link));
  }

  @Test
  void a_session_that_is_known_again_is_not_counted_as_unknown_since_before() throws Exception {
    String id = session(yesterday.minusSeconds(60));
    try (AcpxDriver driver = driver()) {
      driver.deleteUnknownSessions(none -> false, yesterday);
      touch(mark(id), yesterday.minusSeconds(1));
      assertEquals(List.of(), driver.deleteUnknownSessions(id::equals, yesterday));

      assertEquals(List.of(), driver.deleteUnknownSessions(none -> false, yesterday));
      assertTrue(Files.exists(directory(id).work()));
    }
  }

  @Test
  void a_record_of_another_session_stays_though_an_agent_has_named_it() throws Exception {
    String victim = session(now);
    String unknown = session(now);
    directory(unknown).recordId(victim);
    try (AcpxDriver driver = driver()) {
      driver.deleteUnknownSessions(victim::equals, yesterday);
      touch(mark(unknown), yesterday.minusSeconds(1));
      assertEquals(List.of(unknown), driver.deleteUnknownSessions(victim::equals, yesterday));
    }
    assertTrue(Files.exists(record(victim)));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void no_process_ends_for_a_directory_that_an_agent_has_made_with_a_runs_id() throws Exception {
    String run = UUID.randomUUID().toString();
    Path owners = new SessionFolders(temp.resolve("sessions")).ofOwner("a");
    Path forged = owners.resolve(run);
    Files.createDirectories(forged.resolve("work"));
    Files.writeString(forged.resolve("acpx-record"), session(now));
    ProcessBuilder sleeper = new ProcessBuilder("sleep", "600");
    sleeper.environment().put(ProcessTree.TAG, run);
    Process process = sleeper.start();
    try (AcpxDriver driver = driver()) {
      driver.deleteUnknownSessions(none -> false, yesterday);
      Path mark = temp.resolve("sessions/marks/" + owners.getFileName() + "." + run);
      touch(mark, yesterday.minusSeconds(1));
      assertEquals(List.of(run), driver.deleteUnknownSessions(none -> false, yesterday));

      assertFalse(Files.exists(forged));
      assertTrue(process.isAlive());
    } finally {
      process.destroyForcibly();
    }
    try (Stream<Path> records = Files.list(temp.resolve("home/.acpx/sessions"))) {
      assertEquals(1, records.count());
    }
  }

  private Path mark(String id) {
    return directory(id).root().resolve("unknown-to-the-ledger");
  }

  private Path oldFolder(String name) throws IOException {
    Path folder = temp.resolve(name);
    touch(Files.createDirectories(folder.resolve("work")), Instant.EPOCH);
    touch(folder, Instant.EPOCH);
    return folder;
  }

  private String session(Instant when) throws IOException {
    String id = UUID.randomUUID().toString();
    SessionDirectory directory = directory(id);
    directory.prepare("{}");
    directory.recordId(id);
    Files.createDirectories(record(id).getParent());
    Files.writeString(
        record(id), "{\"messages\":[{\"cwd\":\"/\"}],\"cwd\":\"" + directory.root() + "\"}");
    touch(directory.work(), when);
    touch(directory.root(), when);
    return id;
  }

  private static void touch(Path file, Instant when) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(when));
  }

  private SessionDirectory directory(String id) {
    return SessionDirectory.of(temp.resolve("sessions"), id);
  }

  private Path record(String id) {
    return temp.resolve("home/.acpx/sessions").resolve(id + ".json");
  }

  private AcpxDriver driver() {
    AgentBinary none = new AgentBinary("/nowhere/program", null, null);
    return new AcpxDriver(
        new SessionSettings(
            none,
            none,
            none,
            AgentEnvironment.from(Map.of("HOME", temp.resolve("home").toString()), List.of()),
            temp.resolve("sessions"),
            List.of(),
            Duration.ofMinutes(1)));
  }
}

package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.AgentBinary;
import com.clawdforge.acpx.AgentEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class AgentVersionTest {
  @TempDir Path temp;

  @Test
  void a_program_says_its_version_with_or_without_a_newline() throws Exception {
    assertEquals(Optional.of("1.2.3"), asked("printf 1.2.3", Duration.ofSeconds(20)).text());
    assertEquals(Optional.of("1.2.3"), asked("echo 1.2.3", Duration.ofSeconds(20)).text());
  }

  @Test
  void a_program_that_fails_is_told_with_its_own_words() throws Exception {
    AgentVersion.Said said = asked("echo broken >&2; exit 3", Duration.ofSeconds(20));
    assertEquals(new AgentVersion.Said(Optional.empty(), "broken"), said);
  }

  @Test
  void a_program_that_hangs_is_given_up_and_ended_with_its_children() throws Exception {
    Path pid = temp.resolve("pid");
    AgentVersion.Said said = asked("sleep 371 & echo $! >" + pid + "; wait", Duration.ofSeconds(1));

    assertEquals("it did not end within 1 s", said.problem());
    assertFalse(alive(pid));
  }

  @Test
  void a_child_that_is_left_behind_does_not_keep_us_reading() throws Exception {
    Path pid = temp.resolve("pid");
    AgentVersion.Said said =
        asked("sleep 372 & echo $! >" + pid + "; echo 1.2.3", Duration.ofSeconds(20));

    assertEquals(Optional.of("1.2.3"), said.text());
    assertFalse(alive(pid));
  }

  @Test
  void a_flood_is_read_to_its_end_and_cut() throws Exception {
    AgentVersion.Said said =
        asked("head -c 3000000 /dev/zero | tr '\\0' x", Duration.ofSeconds(20));
    assertTrue(said.text().orElse("").length() <= 4096, said::problem);
    assertTrue(said.text().isPresent());
  }

  private AgentVersion.Said asked(String shell, Duration patience) throws IOException {
    Path program = temp.resolve("program");
    Files.writeString(program, "#!/bin/sh\n" + shell + "\n");
    assertTrue(program.toFile().setExecutable(true));
    AgentBinary binary = new AgentBinary(program.toString(), null, null);
    AgentEnvironment environment =
        AgentEnvironment.from(Map.of("PATH", String.valueOf(System.getenv("PATH"))), List.of());
    return new AgentVersion(new AgentPrograms(binary, binary, binary), environment, patience)
        .of(binary);
  }

  // A zombie that nobody reaps counts as alive for Java.
  private static boolean alive(Path file) throws IOException {
    String pid = Files.readString(file).strip();
    Path stat = Path.of("/proc", pid, "stat");
    return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false)
        && !(Files.exists(stat) && Files.readString(stat).contains(") Z "));
  }
}

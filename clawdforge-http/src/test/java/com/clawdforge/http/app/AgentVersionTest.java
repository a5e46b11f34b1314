package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.clawdforge.acpx.AgentBinary;
import com.clawdforge.acpx.AgentEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentVersionTest {
  @TempDir private Path folder;

  @Test
  void a_program_that_hangs_with_a_child_is_given_up_in_time() throws Exception {
    AgentVersion.Said said =
        assertTimeoutPreemptively(
            Duration.ofSeconds(30), () -> said("sleep 600\n", Duration.ofSeconds(1)));

    assertEquals(Optional.empty(), said.text());
    assertEquals("it did not end within 1 s", said.problem());
  }

  @Test
  void a_program_that_answers_is_quoted() throws Exception {
    assertEquals(Optional.of("7.1"), said("echo 7.1\n", Duration.ofSeconds(30)).text());
  }

  @Test
  void a_program_that_fails_gives_its_output_as_the_problem() throws Exception {
    AgentVersion.Said said = said("echo broken >&2; exit 3\n", Duration.ofSeconds(30));

    assertEquals(Optional.empty(), said.text());
    assertEquals("broken", said.problem());
  }

  private AgentVersion.Said said(String script, Duration patience) throws Exception {
    Path file = folder.resolve("agent");
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    AgentBinary agent = new AgentBinary(file.toString(), null, null);
    AgentBinary none = new AgentBinary("no-such-program", null, null);
    AgentEnvironment environment =
        AgentEnvironment.from(Map.of("PATH", "/usr/bin:/bin"), List.of());
    return new AgentVersion(new AgentPrograms(agent, none, none), environment, patience).of(agent);
  }
}

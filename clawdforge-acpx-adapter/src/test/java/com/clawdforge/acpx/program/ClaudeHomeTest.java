package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class ClaudeHomeTest {
  @TempDir Path temp;

  @Test
  @EnabledOnOs(OS.LINUX)
  @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void a_pipe_in_place_of_the_operators_state_keeps_nobody_waiting() throws Exception {
    ClaudeHome home =
        new ClaudeHome(AgentEnvironment.from(Map.of("HOME", temp.toString()), List.of()));
    assertEquals(Optional.empty(), home.damage());
    assertEquals(
        0, new ProcessBuilder("mkfifo", home.state().toString()).inheritIO().start().waitFor());

    assertEquals(Optional.of("is no file"), home.damage());
  }
}

package com.clawdforge.acpx.driver.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.acpx.program.PinnedAgents;
import com.clawdforge.acpx.session.SessionDirectory;
import com.clawdforge.acpx.session.SessionSettings;
import com.clawdforge.acpx.session.TestSessions;
import com.clawdforge.core.agent.AgentSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A session is closed only when none of its processes is left. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class SessionCloseTest {
  private static final int PROCESSES = 20;

  @TempDir Path temp;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void kill() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void an_interrupted_close_fails_and_keeps_the_directory() throws Exception {
    AgentSession session = TestSessions.session();
    SessionDirectory directory = SessionDirectory.of(temp, session.sessionId());
    directory.prepare("{}");
    try (AcpxDriver driver = new AcpxDriver(settings())) {
      startProcesses(session.sessionId());
      Thread.currentThread().interrupt();
      assertThrows(IllegalStateException.class, () -> driver.close(session));
      assertTrue(Thread.interrupted());
      assertTrue(Files.exists(directory.root()));

      driver.close(session);
      assertFalse(Files.exists(directory.root()));
    }
  }

  // Enough that some still run when the interrupted thread first checks them.
  private void startProcesses(String sessionId) throws IOException {
    for (int i = 0; i < PROCESSES; i++) {
      ProcessBuilder sleeper = new ProcessBuilder("sleep", "600");
      sleeper.environment().put(ProcessTree.TAG, sessionId);
      started.add(sleeper.start());
    }
  }

  private SessionSettings settings() {
    return new SessionSettings(
        PinnedAgents.program("claude"),
        PinnedAgents.program("acpx"),
        PinnedAgents.program("node"),
        AgentEnvironment.from(Map.of("HOME", temp.toString()), List.of()),
        temp,
        List.of(),
        Duration.ofSeconds(1));
  }
}

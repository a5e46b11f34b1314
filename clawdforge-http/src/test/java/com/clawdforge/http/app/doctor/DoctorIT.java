package com.clawdforge.http.app.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.clawdforge.http.kit.Installation;
import com.clawdforge.http.kit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Findings of the doctor with the real agents, and on broken installations. */
@Timeout(120)
class DoctorIT {
  @TempDir Path temp;

  @Test
  @Tag("agent")
  void a_healthy_installation_is_reported_as_such() throws Exception {
    Set<String> before = socketFolders();
    Cli doctor = Cli.run(Installation.environment(temp), "doctor");

    assertEquals(0, doctor.exitStatus(), doctor::output);
    assertFalse(doctor.output().contains("fault"), doctor::output);
    // A note if others than the pinned agents are tested.
    assertTrue(doctor.output().matches("(?s).*(ok   |note ) claude  .*"), doctor::output);
    assertTrue(doctor.about("ok    login").contains("API key"), doctor::output);
    assertTrue(doctor.about("ok    a run, offline").contains("the real claude"), doctor::output);
    assertTrue(doctor.about(" claude-agent-acp").matches("(?s).*\\d+\\.\\d+\\.\\d+ \\(.*"));
    assertTrue(doctor.about(" codex-acp").matches("(?s).*\\d+\\.\\d+\\.\\d+ \\(.*"));
    assertTrue(doctor.about("ok    a session, offline").contains("two turns"), doctor::output);
    assertFalse(doctor.output().contains(Installation.API_KEY), doctor::output);
    assertEquals(before, socketFolders());
  }

  /** Acpx makes one for each home, and the doctor has one of its own. */
  private static Set<String> socketFolders() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/tmp"))) {
      return all.map(folder -> folder.getFileName().toString())
          .filter(name -> name.startsWith("acpx-"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  @Tag("agent")
  void a_claude_that_was_not_tested_is_noted_and_no_failure() throws Exception {
    Map<String, String> environment = Installation.environment(temp);
    String claude = environment.get("CLAUDE_BIN");
    Path other =
        Installation.script(
            temp.resolve("claude"),
            "[ \"$1\" = --version ] && exec echo '0.0.1 (Claude Code)'; exec '"
                + claude
                + "' \"$@\"");
    environment.put("CLAUDE_BIN", other.toString());
    // A script says nothing of the programs that it runs.
    environment.put(
        "CLAWDFORGE_READABLE", Installation.AGENTS.resolve("node_modules").toRealPath().toString());

    Cli doctor = Cli.run(environment, "doctor");

    assertEquals(0, doctor.exitStatus(), doctor::output);
    assertTrue(
        doctor.about("note  claude ").contains("0.0.1 (not tested with this build"),
        doctor::output);
  }

  @Test
  @Tag("agent")
  void without_a_login_it_says_how_to_log_in() throws Exception {
    Map<String, String> environment = Installation.environment(temp);
    environment.remove("ANTHROPIC_API_KEY");

    Cli doctor = Cli.run(environment, "doctor");

    assertEquals(1, doctor.exitStatus());
    String login = doctor.about("fault login");
    assertTrue(login.contains("not logged in"), login);
    assertTrue(login.contains("clawdforge login` (in a container"), login);
    assertTrue(doctor.output().contains("ok    a run, offline"), "the rest works");
  }

  @Test
  void a_node_that_is_too_old_is_reported_with_the_remedy() throws Exception {
    Path bin = temp.resolve("bin");
    Installation.script(bin.resolve("node"), "echo v18.0.0");
    Map<String, String> environment = withoutAgents();
    environment.put("PATH", bin + ":" + environment.get("PATH"));
    // The project's agents contain a Node.
    Path nowhere = Path.of("/nowhere");

    try (ServerProcess doctor =
        ServerProcess.start(temp, nowhere, environment, List.of(), "doctor")) {
      assertEquals(1, doctor.exitStatus());
      String output = doctor.output();
      assertTrue(output.contains("Node.js v18.0.0 is too old for acpx, which needs 22.13"), output);
      assertTrue(output.contains("run agents/install: it brings a newer one"), output);
      assertTrue(output.contains("claude-agent-acp is not installed"), output);
      assertTrue(output.contains("-> run agents/install: sessions use the one that"), output);
    }
  }

  // Filling a disk needs root. A limit on file sizes makes the same writes fail.
  @Test
  void a_full_disk_is_reported_with_the_remedy() throws Exception {
    List<String> limited = List.of("/bin/sh", "-c", "ulimit -f 100; exec \"$@\"", "sh");

    try (ServerProcess doctor = ServerProcess.start(temp, withoutAgents(), limited, "doctor")) {
      assertEquals(1, doctor.exitStatus());
      String output = doctor.output();
      assertTrue(output.contains("fault data folder        cannot write in "), output);
      assertTrue(output.contains("make room on the disk"), output);
      assertFalse(Files.exists(temp.resolve("data/clawdforge.db")));
    }
  }

  private Map<String, String> withoutAgents() throws Exception {
    Map<String, String> environment = Installation.environment(temp);
    environment.put("CLAUDE_BIN", "/nowhere/claude");
    environment.put("ACPX_BIN", "/nowhere/acpx");
    return environment;
  }
}

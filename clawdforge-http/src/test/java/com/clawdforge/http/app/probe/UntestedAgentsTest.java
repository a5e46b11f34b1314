package com.clawdforge.http.app.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.http.kit.Installation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs that a build was not tested with, with packages that have only a version. */
class UntestedAgentsTest {
  private static final TestedVersions TESTED =
      new TestedVersions(
          Map.of(
              "claude", "2.1.197",
              "acpx", "0.19.1",
              "claude-agent-acp", "0.49.0",
              "codex-acp", "1.13.1",
              "codex", "0.156.1"));

  @TempDir Path temp;

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(before);
  }

  @Test
  void tested_versions_are_neither_reported_nor_logged() throws Exception {
    install("claude-agent-acp", "0.49.0");
    install("codex/codex-acp", "1.13.1");
    install("codex/codex", "0.156.1");

    assertEquals(List.of(), look(agents(), "2.1.197 (Claude Code)", "0.19.1"));
    assertEquals("", log());
  }

  @Test
  void others_are_reported_and_logged_in_one_line() throws Exception {
    install("claude-agent-acp", "0.101.0");
    install("codex/codex-acp", "2.6.0");
    install("codex/codex", "0.171.0");

    assertEquals(
        List.of(
            "claude 2.1.340",
            "acpx 0.20.0",
            "claude-agent-acp 0.101.0",
            "codex-acp 2.6.0",
            "codex 0.171.0"),
        look(agents(), "2.1.340 (Claude Code)", "0.20.0"));
    assertEquals(1, log().lines().count(), log());
    assertTrue(
        log().contains("not tested with this build: claude 2.1.340 (tested: 2.1.197), acpx 0.20.0"),
        log());
  }

  @Test
  void what_did_not_change_is_not_logged_again() {
    UntestedAgents agents = agents();

    look(agents, "2.1.340", "0.19.1");
    look(agents, "2.1.340", "0.19.1");
    assertEquals(1, log().lines().count(), log());
    look(agents, "2.1.341", "0.19.1");
    assertEquals(2, log().lines().count(), log());
  }

  @Test
  void programs_that_are_missing_or_do_not_run_are_not_untested() {
    assertEquals(List.of(), agents().look(Optional.empty(), Optional.empty()));
  }

  private static List<String> look(UntestedAgents agents, String claude, String acpx) {
    return agents.look(Optional.of(claude), Optional.of(acpx)).stream()
        .map(TestedVersions.Untested::brief)
        .toList();
  }

  private UntestedAgents agents() {
    Path programs = temp.resolve("node_modules/.bin");
    AgentBinary nothing = new AgentBinary("/nowhere/at-all", null, null);
    AgentBinary adapter = new AgentBinary("claude-agent-acp", null, programs);
    return new UntestedAgents(new AgentPrograms(nothing, nothing, adapter, nothing), TESTED);
  }

  // As npm does: the program is a link to a file in its package.
  private void install(String program, String version) throws IOException {
    Path name = Path.of(program);
    Path folder = temp;
    if (name.getNameCount() > 1) {
      folder = temp.resolve(name.getName(0));
    }
    Path modules = folder.resolve("node_modules");
    Path script =
        Installation.script(modules.resolve(name.getFileName() + "/dist/index.js"), "exit 0");
    Files.writeString(
        modules.resolve(name.getFileName() + "/package.json"), "{\"version\":\"" + version + "\"}");
    Path bin = Files.createDirectories(modules.resolve(".bin"));
    Files.createSymbolicLink(bin.resolve(name.getFileName()), script);
  }

  private String log() {
    return written.toString(StandardCharsets.UTF_8);
  }
}

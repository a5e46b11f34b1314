package com.clawdforge.http.app.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.program.AgentBinary;
import com.clawdforge.acpx.program.AgentEnvironment;
import com.clawdforge.http.kit.Api;
import com.clawdforge.http.kit.Installation;
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

/** Versions of programs, and programs that fail, hang or flood. */
@Timeout(60)
class ProgramProbeTest {
  @TempDir Path temp;

  @Test
  void what_a_program_prints_is_its_version_with_or_without_a_newline() throws Exception {
    assertEquals(Optional.of("2.1 (Claude Code)"), say("echo '2.1 (Claude Code)'").text());
    assertEquals(Optional.of("1.2.3"), say("printf 1.2.3").text());
  }

  @Test
  void a_program_that_fails_is_reported_with_its_output() throws Exception {
    ProgramProbe.Output said = say("echo half; echo 'no such luck' >&2; exit 3");

    assertEquals(Optional.empty(), said.text());
    assertEquals("half\nno such luck", said.problem());
  }

  @Test
  void a_missing_program_is_reported_as_such() {
    ProgramProbe.Output said = probe().version(new AgentBinary("/nowhere/claude", null, null));

    assertEquals("/nowhere/claude was not found", said.problem());
  }

  @Test
  void a_program_that_hangs_is_given_up_and_ended_with_its_children() throws Exception {
    ProgramProbe.Output said =
        say("echo half; setsid sleep 600 & echo $! > " + temp.resolve("pid") + "; sleep 600");

    assertEquals(Optional.empty(), said.text());
    assertTrue(said.problem().contains("did not exit within 2 s"), said.problem());
    assertEquals(Optional.empty(), command(temp.resolve("pid")));
  }

  @Test
  void a_program_that_prints_without_end_is_given_up() throws Exception {
    ProgramProbe.Output said = say("while :; do echo more and more; done");

    assertTrue(said.problem().contains("did not exit"), said.problem());
  }

  @Test
  void a_child_that_is_left_behind_does_not_block_reading() throws Exception {
    Path pid = temp.resolve("pid");
    ProgramProbe.Output said = say("sleep 372 & echo $! >" + pid + "; echo 1.2.3");

    assertEquals(Optional.of("1.2.3"), said.text());
    assertEquals(Optional.empty(), command(pid));
  }

  @Test
  void a_flood_is_read_to_its_end_and_cut() throws Exception {
    ProgramProbe.Output said = say("head -c 3000000 /dev/zero | tr '\\0' x");
    assertTrue(said.text().orElse("").length() <= 4096, said::problem);
    assertTrue(said.text().isPresent());
  }

  @Test
  void the_servers_secrets_stay_with_the_server() throws Exception {
    assertEquals(Optional.of("none"), say("echo ${ADMIN_BOOTSTRAP_TOKEN-none}").text());
  }

  // A zombie that was not reaped has no command.
  private static Optional<String> command(Path pidFile) throws IOException {
    long pid = Long.parseLong(Files.readString(pidFile).strip());
    return ProcessHandle.of(pid).flatMap(process -> process.info().command());
  }

  private ProgramProbe.Output say(String shell) throws IOException {
    Path program = Installation.script(temp.resolve("program"), shell);
    return probe().version(new AgentBinary(program.toString(), null, null));
  }

  private static ProgramProbe probe() {
    AgentBinary nothing = new AgentBinary("/nowhere/at-all", null, null);
    Map<String, String> server =
        Map.of("PATH", String.valueOf(System.getenv("PATH")), "ADMIN_BOOTSTRAP_TOKEN", Api.ADMIN);
    return new ProgramProbe(
        new AgentPrograms(nothing, nothing, nothing, nothing),
        AgentEnvironment.from(server, List.of()),
        Duration.ofSeconds(2));
  }
}

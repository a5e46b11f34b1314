package com.clawdforge.acpx.oneshot;

import static com.clawdforge.acpx.oneshot.ClaudeFixture.shot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.oneshot.ClaudeFixture.Shot;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.Attachment;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Faults that the real claude does not show on demand; shell scripts take its place. */
@Timeout(60)
class ClaudeFaultTest {
  private static final String RESULT =
      "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"num_turns\":1,"
          + "\"result\":\"RESULT\",\"stop_reason\":\"end_turn\"}";

  @TempDir Path temp;

  @Test
  void a_run_that_prints_its_result_and_hangs_is_a_finished_run() throws Exception {
    Instant start = Instant.now();
    try (ClaudeFixture claude =
        ClaudeFixture.program(temp, "read line; echo '" + RESULT + "'; exec sleep 341")) {
      assertEquals("RESULT", completed(claude, shot("go")).text());
      assertTrue(Duration.between(start, Instant.now()).compareTo(Duration.ofSeconds(4)) < 0);
    }
  }

  @Test
  void a_result_that_announces_another_is_not_the_last() throws Exception {
    String first = RESULT.replace("RESULT", "started").replace("}", ",\"queued_turn_count\":1}");
    try (ClaudeFixture claude =
        ClaudeFixture.program(
            temp, "read line; echo '" + first + "'; sleep 0.2; echo '" + RESULT + "'")) {
      assertEquals("RESULT", completed(claude, shot("go")).text());
    }
  }

  @Test
  void garbage_between_the_lines_is_passed_over_and_not_passed_on() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.program(
            temp,
            "read line; echo 'warning: not json'; echo; echo '{\"type\":\"system\",'; echo '[1,2]';"
                + " printf '\\377\\376\\n'; echo '"
                + RESULT
                + "'")) {
      assertEquals("RESULT", completed(claude, shot("go")).text());
      assertEquals(1, claude.events.size());
    }
  }

  @Test
  void characters_split_across_reads_are_whole() throws Exception {
    // The bytes of one emoji in two writes.
    String text = RESULT.replace("RESULT", "\\360\\237\"; sleep 0.1; printf \"\\246\\200");
    try (ClaudeFixture claude =
        ClaudeFixture.program(
            temp,
            "read line; printf '"
                + RESULT.substring(0, RESULT.indexOf("RESULT"))
                + "'; printf '\\360\\237'; sleep 0.1; printf '\\246\\200'; printf '"
                + RESULT.substring(RESULT.indexOf("RESULT") + 6)
                + "\\n'")) {
      assertEquals("🦀", completed(claude, shot("go")).text(), text);
    }
  }

  @Test
  void a_last_line_that_is_cut_off_is_no_result() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.program(
            temp, "read line; printf '%s' '" + RESULT + "'; echo 'out of memory' >&2; exit 7")) {
      AgentOutcome.Failed failed = failed(claude, shot("go"));

      assertEquals(AgentFailure.FAILED, failed.failure());
      assertEquals(
          "claude ended without an answer (exit status 7): out of memory", failed.message());
      assertEquals("out of memory\n", failed.stderrTail());
    }
  }

  @Test
  void a_program_that_dies_at_once_is_reported_in_its_own_words() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.program(temp, "echo \"error: unknown option '--x'\" >&2; exit 1")) {
      assertTrue(failed(claude, shot("x".repeat(3_000_000))).message().contains("unknown option"));
    }
  }

  @Test
  void a_flood_is_cut_off() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.program(temp, "read line; head -c 20000000 /dev/zero; exec sleep 342")) {
      assertTrue(failed(claude, shot("go")).message().contains("16777216 bytes"));
    }
    // In long lines: four million short ones would take a quarter of a minute to read.
    String line = "{\"type\":\"system\",\"x\":\"" + "x".repeat(60_000) + "\"}";
    try (ClaudeFixture claude = ClaudeFixture.program(temp, "read line; exec yes '" + line + "'")) {
      assertTrue(failed(claude, shot("go")).message().contains("67108864 bytes"));
    }
  }

  @Test
  void a_flood_of_standard_error_neither_blocks_nor_fills_the_memory() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.program(
            temp, "read line; yes 'key sk-ant-offline-dummy-key' | head -c 3000000 >&2; exit 3")) {
      AgentOutcome.Failed failed = failed(claude, shot("go"));

      assertEquals(2000, failed.stderrTail().length());
      assertFalse(failed.stderrTail().contains("sk-ant-offline"), failed.stderrTail());
    }
  }

  @Test
  void a_program_that_ignores_input_and_signals_is_killed_with_its_children() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.program(
            temp, "trap '' INT TERM; sleep 343 & setsid sleep 344 & wait; wait")) {
      Shot shot = shot("x".repeat(3_000_000)).timeout(Duration.ofSeconds(1));
      Instant start = Instant.now();

      assertInstanceOf(AgentOutcome.TimedOut.class, claude.run(shot));
      Duration took = Duration.between(start, Instant.now());
      assertTrue(took.compareTo(Duration.ofSeconds(3)) < 0, took::toString);
      assertEquals(List.of(), ClaudeFixture.processesOf(shot));
      assertEquals(List.of(), claude.directories());
    }
  }

  @Test
  void a_process_out_of_reach_that_holds_the_input_does_not_keep_the_run() throws Exception {
    Path pid = temp.resolve("pid");
    try (ClaudeFixture claude =
        ClaudeFixture.unconfinedProgram(
            temp,
            "exec 3<&0; sh -c 'env -i setsid -f sh -c \"echo \\$\\$ >"
                + pid
                + "; exec sleep 345\" <&3 >/dev/null 2>&1'; exec sleep 346")) {
      Shot shot = shot("x".repeat(3_000_000)).timeout(Duration.ofSeconds(2));
      Instant start = Instant.now();

      assertInstanceOf(AgentOutcome.TimedOut.class, claude.run(shot));
      Duration took = Duration.between(start, Instant.now());
      assertTrue(took.compareTo(Duration.ofSeconds(4)) < 0, took::toString);
    } finally {
      ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void an_end_is_noticed_though_a_child_that_was_left_behind_holds_the_output() throws Exception {
    try (ClaudeFixture claude = ClaudeFixture.program(temp, "read line; sleep 347 & exit 9")) {
      Shot shot = shot("go").timeout(Duration.ofSeconds(50));
      Instant start = Instant.now();

      assertTrue(failed(claude, shot).message().contains("exit status 9"));
      Duration took = Duration.between(start, Instant.now());
      assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, took::toString);
      assertEquals(List.of(), ClaudeFixture.processesOf(shot));
    }
  }

  @Test
  void an_error_inside_the_gateway_is_an_outcome_like_any_other() throws Exception {
    InputStream broken =
        new InputStream() {
          @Override
          public int read(byte[] bytes, int offset, int length) {
            throw new StackOverflowError("as deep a directory or schema may make it");
          }

          @Override
          public int read() {
            throw new AssertionError("read by the array");
          }
        };
    try (ClaudeFixture claude = ClaudeFixture.program(temp, "exit 0")) {
      Shot shot = shot("go").file(new Attachment("a", 1, broken));

      assertEquals(AgentFailure.FAILED, failed(claude, shot).failure());
      assertEquals(List.of(), claude.directories());
    }
  }

  @Test
  void a_message_of_megabytes_is_cut() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.program(
            temp,
            "read line; printf '{\"type\":\"result\",\"is_error\":true,\"result\":\"';"
                + " head -c 3000000 /dev/zero | tr '\\0' x; echo '\"}'")) {
      assertTrue(failed(claude, shot("go")).message().length() < 3000);
    }
  }

  @Test
  void an_unreadable_directory_is_deleted_without_following_links() throws Exception {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "kept");
    try (ClaudeFixture claude =
        ClaudeFixture.program(
            temp,
            "mkdir -p a/b; echo x > a/b/c; chmod 000 a/b a; ln -s "
                + outside
                + " link; read line; echo '"
                + RESULT
                + "'")) {
      completed(claude, shot("go"));

      assertEquals(List.of(), claude.directories());
      assertEquals("kept", Files.readString(outside.resolve("kept")));
    }
  }

  @Test
  void a_directory_that_is_deeper_than_a_path_is_long_is_deleted() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.program(
            temp,
            "i=0; while [ $i -lt 40 ]; do mkdir "
                + "d".repeat(200)
                + "; cd -P "
                + "d".repeat(200)
                + "; i=$((i + 1)); done; echo x >file; read line; echo '"
                + RESULT
                + "'")) {
      completed(claude, shot("go"));

      assertEquals(List.of(), claude.directories());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_program_is_out_of_reach_of_the_terminals_signals() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.program(
            temp,
            "read line; session=$(cut -d ' ' -f 6 /proc/$$/stat); echo '"
                + RESULT
                + "' | sed \"s/RESULT/$$ $session/\"")) {
      String[] pidAndSession = completed(claude, shot("go")).text().split(" ", -1);

      assertEquals(pidAndSession[0], pidAndSession[1], "it leads a session of its own");
    }
  }

  @Test
  void a_missing_program_is_reported_with_advice() throws Exception {
    try (ClaudeFixture claude = ClaudeFixture.program(temp, "exit 0")) {
      Files.delete(temp.resolve("program"));
      AgentOutcome.Failed failed = failed(claude, shot("go"));

      assertEquals(AgentFailure.UNAVAILABLE, failed.failure());
      assertTrue(failed.message().contains("agents/install"), failed.message());
    }
  }

  @Test
  void a_program_that_cannot_be_run_is_unavailable() throws Exception {
    try (ClaudeFixture claude = ClaudeFixture.program(temp, "exit 0")) {
      Files.writeString(temp.resolve("program"), "#!/no/such/interpreter\n");
      AgentOutcome.Failed failed = failed(claude, shot("go"));

      assertEquals(AgentFailure.UNAVAILABLE, failed.failure());
      assertFalse(failed.toString().contains(temp.toString()), "no path of the server's");
      assertEquals(List.of(), claude.directories());
    }
  }

  @Test
  void a_slash_command_that_got_through_is_no_answer() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.program(
            temp, "read line; echo '" + RESULT.replace("_turns\":1", "_turns\":0") + "'")) {
      assertEquals(AgentFailure.FAILED, failed(claude, shot("go")).failure());
    }
  }

  private static AgentOutcome.Completed completed(ClaudeFixture claude, Shot shot)
      throws Exception {
    AgentOutcome outcome = claude.run(shot);
    return assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
  }

  private static AgentOutcome.Failed failed(ClaudeFixture claude, Shot shot) throws Exception {
    AgentOutcome outcome = claude.run(shot);
    return assertInstanceOf(AgentOutcome.Failed.class, outcome, outcome::toString);
  }
}

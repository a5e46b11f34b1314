package com.clawdforge.acpx.oneshot;

import static com.clawdforge.acpx.oneshot.ClaudeFixture.shot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.oneshot.ClaudeFixture.Shot;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentTask;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that were ready and then are of no use. A shell script takes the place of claude: its
 * first process is the spare.
 */
@Timeout(60)
class WarmFaultTest {
  private static final String RESULT =
      "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"num_turns\":1,"
          + "\"result\":\"RESULT\",\"stop_reason\":\"end_turn\"}";
  private static final String INIT = "{\"type\":\"system\",\"subtype\":\"init\"}";
  private static final byte[] PDF = "%PDF-1.4".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path temp;

  @Test
  void one_that_dies_of_its_prompt_before_it_begins_costs_a_cold_start() throws Exception {
    try (ClaudeFixture claude = spare("read line; exit 3")) {
      Shot shot = shot("go");

      assertEquals("RESULT", completed(claude, shot).text());
      assertEquals(List.of(), ClaudeFixture.processesOf(shot));
    }
    assertEquals(List.of(), left());
  }

  @Test
  void one_that_dies_after_it_has_begun_is_a_failure_as_ever() throws Exception {
    try (ClaudeFixture claude = spare("read line; echo '" + INIT + "'; exit 3")) {
      AgentOutcome outcome = claude.run(shot("go"));

      assertTrue(outcome.toString().contains("exit status 3"), outcome::toString);
      assertEquals(1, claude.events.size());
    }
  }

  @Test
  void one_that_refuses_a_setting_is_not_used() throws Exception {
    String refusal =
        "{\"type\":\"control_response\",\"response\":{\"subtype\":\"error\",\"request_id\":\"r\"}}";
    String notice = "{\"type\":\"system\",\"subtype\":\"background_tasks_changed\"}";
    try (ClaudeFixture claude =
        spare("read line; echo '" + notice + "'; echo '" + refusal + "'; exec sleep 351")) {
      assertEquals("RESULT", completed(claude, shot("go").model("haiku")).text());
    }
  }

  @Test
  void a_file_that_can_be_read_only_once_waits_for_a_sign_of_life() throws Exception {
    // The cold start gets the file, and this is what it answers with.
    String cold =
        "read line; case \"$line\" in *application/pdf*JVBERi0xLjQ=*) echo '" + RESULT + "';; esac";
    try (ClaudeFixture claude = spare("read line; exit 3", cold)) {
      assertEquals("RESULT", completed(claude, shot("go").file("a.pdf", PDF)).text());
    }
    Files.delete(temp.resolve("started"));
    String answer =
        "{\"type\":\"control_response\",\"response\":{\"subtype\":\"success\",\"request_id\":\"r\"}}";
    String warm = "read line; echo '" + answer + "'; " + cold.replace("RESULT", "WARM");
    try (ClaudeFixture claude = spare(warm, "exit 4")) {
      assertEquals("WARM", completed(claude, shot("go").file("a.pdf", PDF)).text());
    }
  }

  @Test
  void a_staged_file_follows_the_run_to_its_next_process() throws Exception {
    String look = "read line; cat attachments/* >&2; ";
    try (ClaudeFixture claude = spare(look + "exit 3", look + "exit 4")) {
      // Not of a kind that the model can be shown.
      byte[] zip = {'P', 'K', 3, 4, 0, 'x', '\n'};
      AgentOutcome outcome = claude.run(shot("go").file("a.zip", zip));

      assertTrue(outcome.toString().contains("PK"), outcome::toString);
    }
  }

  @Test
  void a_run_that_is_cancelled_while_its_process_is_replaced_is_cancelled() throws Exception {
    try (ClaudeFixture claude = spare("read line; exit 3", "read line; exec sleep 352")) {
      AgentTask run = claude.start(shot("go"));
      run.cancel();

      assertInstanceOf(AgentOutcome.Cancelled.class, run.await());
    }
  }

  @Test
  void what_a_killed_server_kept_ready_is_ended_by_the_next() throws Exception {
    Path runs = Files.createDirectories(temp.resolve("runs"));
    Files.createFile(runs.resolve("spare-0123456789ab.lock"));
    Files.createDirectories(runs.resolve("spare-0123456789ab-1/work"));
    Process left = tagged("spare-0123456789ab-1");
    Process other = tagged("spare-ba9876543210-1");
    Files.createDirectories(runs.resolve("spare-ba9876543210-1/work"));
    try (ClaudeFixture living = spare("read line");
        ClaudeFixture next = ClaudeFixture.unconfinedProgram(temp, "exit 0")) {
      assertTrue(left.waitFor(20, TimeUnit.SECONDS), "it is ended");
      next.runner.close();

      assertFalse(Files.exists(runs.resolve("spare-0123456789ab-1")));
      assertFalse(Files.exists(runs.resolve("spare-0123456789ab.lock")));
      assertTrue(other.isAlive(), "nobody knows that its server is dead");
      assertTrue(Files.exists(runs.resolve("spare-ba9876543210-1")));
      assertTrue(living.awaitReady(1).getFirst().isAlive(), "its server lives");
    } finally {
      left.destroyForcibly();
      other.destroyForcibly();
    }
  }

  @Test
  void the_process_that_an_interrupted_run_had_taken_is_found_by_the_run() throws Exception {
    Path runs = Files.createDirectories(temp.resolve("runs"));
    Files.createDirectories(runs.resolve("run-1/work"));
    Files.writeString(runs.resolve("run-1/process"), "spare-0123456789ab-7");
    Files.createDirectories(runs.resolve("spare-0123456789ab-7/work"));
    Process left = tagged("spare-0123456789ab-7");
    try (ClaudeFixture next = ClaudeFixture.unconfinedProgram(temp, "exit 0")) {
      next.runner.endOrphans(List.of("run-1"));

      assertFalse(left.isAlive());
      assertEquals(List.of(), left());
    } finally {
      left.destroyForcibly();
    }
  }

  @Test
  void no_run_leads_to_a_directory_that_is_no_spares() throws Exception {
    Path runs = Files.createDirectories(temp.resolve("runs"));
    Files.createDirectories(runs.resolve("run-1/work"));
    Files.createDirectories(runs.resolve("run-2/work"));
    Files.writeString(runs.resolve("run-1/process"), "run-2");
    try (ClaudeFixture next = ClaudeFixture.unconfinedProgram(temp, "exit 0")) {
      next.runner.endOrphans(List.of("run-1"));

      assertEquals(List.of(runs.resolve("run-2")), next.directories());
    }
  }

  private static Process tagged(String tag) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "exec sleep 353");
    builder.environment().put(ProcessTree.TAG, tag);
    return builder.start();
  }

  private List<String> left() throws Exception {
    try (Stream<Path> files = Files.list(temp.resolve("runs"))) {
      return files.map(Path::toString).toList();
    }
  }

  private ClaudeFixture spare(String shell) throws Exception {
    return spare(shell, "read line; echo '" + RESULT + "'");
  }

  private ClaudeFixture spare(String shell, String later) throws Exception {
    Path started = temp.resolve("started");
    ClaudeFixture claude =
        ClaudeFixture.unconfinedProgram(
            temp, "if mkdir " + started + " 2>/dev/null; then " + shell + "; fi; " + later, 1);
    claude.awaitReady(1);
    // Otherwise the run's own process might be the first.
    while (!Files.exists(started)) {
      Thread.onSpinWait();
    }
    return claude;
  }

  private static AgentOutcome.Completed completed(ClaudeFixture claude, Shot shot)
      throws Exception {
    AgentOutcome outcome = claude.run(shot);
    return assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
  }
}

package com.clawdforge.acpx.oneshot;

import static com.clawdforge.acpx.oneshot.ClaudeFixture.shot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.oneshot.ClaudeFixture.Shot;
import com.clawdforge.acpx.process.ProcessTree;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How runs of the real claude end when they fail. */
@Tag("agent")
@Timeout(120)
class ClaudeEndingTest {
  private static final Duration GRACE = Duration.ofSeconds(2);

  @TempDir Path temp;

  static Stream<Arguments> stallingModels() {
    return Stream.of(
        Arguments.of("accepts and never answers", ModelReply.silent()),
        Arguments.of("stalls in the middle", ModelReply.stalledAfter("half of")));
  }

  @ParameterizedTest(name = "a model that {0}")
  @MethodSource("stallingModels")
  void our_own_deadline_ends_a_run_whose_model(String what, ModelReply reply) throws Exception {
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, Script.always(reply))) {
      Shot shot = shot("go").timeout(Duration.ofSeconds(3));
      Instant start = Instant.now();

      AgentOutcome outcome = claude.run(shot);

      Duration took = Duration.between(start, Instant.now());
      assertInstanceOf(AgentOutcome.TimedOut.class, outcome, outcome::toString);
      assertTrue(took.compareTo(Duration.ofSeconds(3).plus(GRACE)) < 0, took::toString);
      assertEquals(List.of(), ClaudeFixture.processesOf(shot));
      assertEquals(List.of(), claude.directories());
    }
  }

  @Test
  void a_timeout_takes_the_tools_children_along() throws Exception {
    Path started = temp.resolve("started");
    // One in the tool's own session, one that left it, one that also cleared its environment.
    String command =
        "sleep 300 & setsid sleep 301 & env -i setsid sleep 302 & touch " + started + "; sleep 303";
    Script script =
        Script.sequence(
            ModelReply.toolUse("Bash", Map.of("command", command)), ModelReply.text("late"));
    try (ClaudeFixture claude = ClaudeFixture.unconfined(temp, script)) {
      Shot shot = shot("go").tools("Bash").timeout(Duration.ofSeconds(6));
      AgentOutcome outcome = claude.run(shot);

      assertInstanceOf(AgentOutcome.TimedOut.class, outcome, outcome::toString);
      assertTrue(Files.exists(started), "the tool had run");
      assertEquals(List.of(), sleepers("300", "301", "302", "303"));
      assertEquals(List.of(), ClaudeFixture.processesOf(shot));
    }
  }

  @Test
  void background_processes_of_a_tool_end_with_an_answered_run() throws Exception {
    Script script =
        Script.sequence(
            ModelReply.toolUse(
                "Bash",
                Map.of(
                    "command",
                    "nohup sleep 311 >/dev/null 2>&1 & setsid nohup sleep 312 >/dev/null 2>&1 & echo ok")),
            ModelReply.text("done"));
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, script)) {
      AgentOutcome outcome = claude.run(shot("go").tools("Bash"));

      assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
      assertEquals(List.of(), sleepers("311", "312"));
    }
  }

  @Test
  void a_cancelled_run_stops_in_the_middle_of_a_tool() throws Exception {
    Path started = temp.resolve("started");
    Script script =
        Script.sequence(
            ModelReply.toolUse("Bash", Map.of("command", "touch " + started + "; sleep 321")),
            ModelReply.text("late"));
    try (ClaudeFixture claude = ClaudeFixture.unconfined(temp, script)) {
      Shot shot = shot("go").tools("Bash");
      AgentTask run = claude.start(shot);
      awaitFile(started);
      Instant asked = Instant.now();
      run.cancel();
      run.cancel();

      AgentOutcome outcome = run.await();
      assertInstanceOf(AgentOutcome.Cancelled.class, outcome, outcome::toString);
      assertTrue(Duration.between(asked, Instant.now()).compareTo(GRACE) < 0);
      assertEquals(List.of(), sleepers("321"));
    }
  }

  static Stream<Arguments> refusedLogins() {
    return Stream.of(
        Arguments.of(
            "401", ModelReply.error(401, "authentication_error", "invalid x-api-key"), Map.of()),
        Arguments.of("403", ModelReply.error(403, "permission_error", "no access"), Map.of()),
        Arguments.of(
            "none",
            ModelReply.text("never"),
            Map.of("ANTHROPIC_API_KEY", "", "ANTHROPIC_AUTH_TOKEN", "")),
        Arguments.of(
            "401 with a subscription",
            ModelReply.error(401, "authentication_error", "expired"),
            Map.of("ANTHROPIC_API_KEY", "", "CLAUDE_CODE_OAUTH_TOKEN", "sk-ant-oat01-dummy")),
        Arguments.of(
            "401 with an auth token",
            ModelReply.error(401, "authentication_error", "expired"),
            Map.of("ANTHROPIC_API_KEY", "", "ANTHROPIC_AUTH_TOKEN", "dummy-token")));
  }

  @ParameterizedTest(name = "login: {0}")
  @MethodSource("refusedLogins")
  void a_refused_login_is_answered_within_five_seconds(
      String what, ModelReply reply, Map<String, String> environment) throws Exception {
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, Script.always(reply), environment)) {
      Instant start = Instant.now();
      AgentOutcome outcome = claude.run(shot("go"));

      AgentOutcome.Failed failed =
          assertInstanceOf(AgentOutcome.Failed.class, outcome, outcome::toString);
      assertEquals(AgentFailure.UNAUTHENTICATED, failed.failure(), failed.message());
      assertTrue(failed.message().contains("clawdforge login"), failed.message());
      Duration took = Duration.between(start, Instant.now());
      assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, took::toString);
    }
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            ModelReply.error(400, "invalid_request_error", "no such luck"), "no such luck"),
        Arguments.of(ModelReply.error(404, "not_found_error", "model: zzz"), "model"),
        Arguments.of(ModelReply.garbage(), "API Error"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void a_failure_of_the_provider_is_reported_in_its_words(ModelReply reply, String words)
      throws Exception {
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, Script.always(reply))) {
      AgentOutcome outcome = claude.run(shot("go"));

      AgentOutcome.Failed failed =
          assertInstanceOf(AgentOutcome.Failed.class, outcome, outcome::toString);
      assertEquals(AgentFailure.FAILED, failed.failure());
      assertTrue(failed.message().contains(words), failed.message());
      assertFalse(failed.toString().contains(ClaudeFixture.API_KEY), "the key is masked");
    }
  }

  @Test
  void a_cut_stream_is_made_good_by_the_cli() throws Exception {
    Script script = Script.sequence(ModelReply.cutAfter("half of"), ModelReply.text("all of it"));
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, script)) {
      AgentOutcome outcome = claude.run(shot("go"));

      assertEquals(
          "all of it",
          assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString).text());
    }
  }

  @Test
  void orphans_of_a_dead_server_are_ended_and_their_directories_deleted() throws Exception {
    Path directory = Files.createDirectories(temp.resolve("runs/orphan-1/deep"));
    Files.writeString(directory.resolve("file"), "left");
    Process orphan = tagged("orphan-1", "trap '' INT TERM; sleep 331 & wait");
    Process other = tagged("orphan-2", "exec sleep 332");
    try (ClaudeFixture claude =
        ClaudeFixture.claude(temp, Script.always(ModelReply.text("unused")))) {
      claude.runner.endOrphans(List.of("orphan-1"));

      assertFalse(orphan.isAlive());
      assertTrue(other.isAlive(), "another run's process is left alone");
      assertEquals(List.of(), sleepers("331"));
      assertFalse(Files.exists(temp.resolve("runs/orphan-1")));
    } finally {
      other.destroyForcibly();
      orphan.destroyForcibly();
    }
  }

  private static Process tagged(String runId, String shell) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", shell);
    builder.environment().put(ProcessTree.TAG, runId);
    return builder.start();
  }

  private static List<String> sleepers(String... seconds) {
    List<String> wanted = List.of(seconds);
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::info)
        .filter(info -> info.command().orElse("").endsWith("sleep"))
        .map(info -> info.arguments().map(args -> String.join(" ", args)).orElse(""))
        .filter(wanted::contains)
        .toList();
  }

  private void awaitFile(Path file) throws Exception {
    try (java.nio.file.WatchService watch = file.getFileSystem().newWatchService()) {
      temp.register(watch, java.nio.file.StandardWatchEventKinds.ENTRY_CREATE);
      while (!Files.exists(file)) {
        java.nio.file.WatchKey key = watch.poll(30, java.util.concurrent.TimeUnit.SECONDS);
        assertTrue(key != null, "the tool never ran");
        key.pollEvents();
        key.reset();
      }
    }
  }
}

package com.clawdforge.acpx.oneshot;

import static com.clawdforge.acpx.oneshot.ClaudeFixture.shot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.oneshot.ClaudeFixture.Shot;
import com.clawdforge.acpx.process.Running;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Effort;
import com.clawdforge.core.agent.SystemPrompt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs of the real claude by processes that were started before their prompts were known. */
@Tag("agent")
@Timeout(120)
class WarmClaudeTest {
  @TempDir Path temp;

  @Test
  void a_run_is_told_everything_of_its_own_and_asks_the_model_once() throws Exception {
    Script script = Script.always(ModelReply.text("four"));
    try (ClaudeFixture claude = ClaudeFixture.warm(temp, script, 1)) {
      RunProcess ready = claude.awaitReady(1).getFirst();
      Shot shot =
          shot("What is 2+2?")
              .model("haiku")
              .system(SystemPrompt.Mode.REPLACE, "You are a calculator.");

      assertEquals("four", completed(claude, shot).text());

      ModelRequest request = onlyRequest(claude);
      assertEquals(List.of(ready.directory().work()), claude.workingDirectories());
      assertTrue(request.model().startsWith("claude-haiku"), request.model());
      assertTrue(request.systemText().contains("You are a calculator."), request.systemText());
      assertTrue(request.lastUserText().contains("What is 2+2?"), request.lastUserText());
      assertEquals(List.of(), ClaudeFixture.processesOf(shot));
      assertFalse(alive(ready), "it is never used again");
    }
  }

  @Test
  void a_schema_is_enforced_by_a_process_that_was_there_before() throws Exception {
    Script script = Script.always(ModelReply.toolUse("StructuredOutput", Map.of("sum", 4)));
    try (ClaudeFixture claude = ClaudeFixture.warm(temp, script, 1)) {
      RunProcess ready = claude.awaitReady(1).getFirst();
      String schema = "{\"type\":\"object\",\"properties\":{\"sum\":{\"type\":\"integer\"}}}";

      assertEquals("{\"sum\":4}", completed(claude, shot("2+2").schema(schema)).structured());
      assertEquals(List.of(ready.directory().work()), claude.workingDirectories());
    }
  }

  @Test
  void what_cannot_be_told_later_is_learnt_from_a_cold_run() throws Exception {
    Script script = Script.always(ModelReply.text("ok"));
    try (ClaudeFixture claude = ClaudeFixture.warm(temp, script, 1)) {
      claude.awaitReady(1);
      Shot shot = shot("go").model("claude-opus-4-8").effort(Effort.LOW).budget("2");
      completed(claude, shot);

      RunProcess ready =
          claude
              .awaitReady(all -> all.size() == 1 && all.getFirst().profile().model() != null)
              .getFirst();
      completed(claude, shot("go").model("claude-opus-4-8").effort(Effort.LOW).budget("2"));

      assertEquals(ready.directory().work(), claude.workingDirectories().getLast());
      for (ModelRequest request : claude.model.requests()) {
        assertEquals("claude-opus-4-8", request.model());
        assertEquals("low", request.body().at("/output_config/effort").asText());
      }
    }
  }

  @Test
  void runs_know_nothing_of_each_other_and_leave_nothing() throws Exception {
    Script script = Script.always(ModelReply.text("ok"));
    try (ClaudeFixture claude = ClaudeFixture.warm(temp, script, 1)) {
      for (String prompt : List.of("the first secret", "the second", "the third")) {
        claude.awaitReady(1);
        completed(claude, shot(prompt));
      }

      assertEquals(3, claude.workingDirectories().stream().distinct().count());
      assertEquals(3, claude.model.requests().size());
      String last = claude.model.requests().getLast().body().toString();
      assertFalse(last.contains("the first secret") || last.contains("the second"), last);
    }
    assertEquals(List.of(), left());
  }

  @Test
  void its_environment_and_directories_are_as_private_as_those_of_a_cold_run() throws Exception {
    String look =
        "env | cut -d= -f1 | sort | tr '\\n' ' '; stat -c '%a' . .. $TMPDIR; umask; ls -A";
    Script script =
        Script.sequence(
            ModelReply.toolUse("Bash", Map.of("command", look)),
            ModelReply.text("ok"),
            ModelReply.toolUse("Bash", Map.of("command", look)),
            ModelReply.text("ok"));
    try (ClaudeFixture claude = ClaudeFixture.warm(temp, script, 2)) {
      claude.awaitReady(2);
      completed(claude, shot("go").tools("Bash"));
      RunProcess ready =
          claude.awaitReady(all -> all.stream().anyMatch(WarmClaudeTest::runsCommands)).stream()
              .filter(WarmClaudeTest::runsCommands)
              .findFirst()
              .orElseThrow();
      completed(claude, shot("go").tools("Bash"));

      assertEquals(ready.directory().work(), claude.workingDirectories().getLast());
      assertEquals(result(claude, 1), result(claude, 3));
      assertTrue(result(claude, 3).contains("700"), result(claude, 3));
      assertEquals(
          PosixFilePermissions.fromString("rwx------"),
          Files.getPosixFilePermissions(
              claude.awaitReady(all -> !all.isEmpty()).getFirst().directory().work()));
    }
  }

  @Test
  void a_process_that_was_killed_costs_a_cold_start_and_no_error() throws Exception {
    Script script = Script.always(ModelReply.text("ok"));
    try (ClaudeFixture claude = ClaudeFixture.warm(temp, script, 1)) {
      RunProcess ready = claude.awaitReady(1).getFirst();
      ProcessHandle.of(ready.child().pid()).orElseThrow().destroyForcibly();

      assertEquals("ok", completed(claude, shot("go")).text());
      assertEquals(1, claude.model.requests().size());
      assertNotEquals(ready.directory().work(), claude.workingDirectories().getLast());
    }
  }

  @Test
  void a_run_says_where_its_process_is_before_the_model_knows_its_prompt() throws Exception {
    try (ClaudeFixture claude = ClaudeFixture.warm(temp, Script.always(ModelReply.silent()), 1)) {
      RunProcess ready = claude.awaitReady(1).getFirst();
      Shot shot = shot("go");
      AgentTask run = claude.start(shot);
      claude.model.awaitRequest(request -> true, Duration.ofSeconds(30));

      // Another server, after this one was killed.
      try (ClaudeFixture next = ClaudeFixture.program(temp, "exit 0")) {
        next.runner.endOrphans(List.of(shot.id));
      }

      assertFalse(alive(ready));
      assertFalse(Files.exists(ready.directory().work()));
      assertFalse(Files.exists(temp.resolve("runs").resolve(shot.id)));
      assertInstanceOf(AgentOutcome.Failed.class, run.await());
    }
  }

  @Test
  void closing_the_runner_ends_those_that_are_ready() throws Exception {
    RunProcess ready;
    try (ClaudeFixture claude =
        ClaudeFixture.warm(temp, Script.always(ModelReply.text("unused")), 1)) {
      ready = claude.awaitReady(1).getFirst();
      assertEquals(List.of(), claude.model.requests(), "getting ready asks no model");
    }
    assertFalse(alive(ready));
    assertEquals(List.of(), left());
  }

  private List<String> left() throws Exception {
    try (var files = Files.list(temp.resolve("runs"))) {
      return files.map(Path::toString).toList();
    }
  }

  private static boolean runsCommands(RunProcess process) {
    return process.profile().terms().runsCommands();
  }

  private static boolean alive(RunProcess process) {
    return ProcessHandle.of(process.child().pid()).filter(Running::runs).isPresent();
  }

  private static String result(ClaudeFixture claude, int request) {
    return claude.model.requests().get(request).userBlocks().getFirst().path("content").asText();
  }

  private static ModelRequest onlyRequest(ClaudeFixture claude) {
    assertEquals(1, claude.model.requests().size());
    return claude.model.requests().getFirst();
  }

  private static AgentOutcome.Completed completed(ClaudeFixture claude, Shot shot)
      throws Exception {
    AgentOutcome outcome = claude.run(shot);
    return assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
  }
}

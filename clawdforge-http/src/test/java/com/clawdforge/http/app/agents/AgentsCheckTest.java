package com.clawdforge.http.app.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.agents.CheckedProject.Ended;
import com.clawdforge.http.kit.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code agents/check}: how far the pins are behind, its arguments, and {@code --pin}. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // set before each test
class AgentsCheckTest {
  @TempDir Path temp;

  private CheckedProject project;

  @BeforeEach
  void a_project_with_newer_agents_on_npm() throws Exception {
    project = new CheckedProject(temp);
  }

  @Test
  void it_says_how_many_releases_and_days_each_program_is_behind() throws Exception {
    Ended ended = project.check();

    assertEquals(0, ended.exitStatus(), ended::output);
    String table = ended.output().replaceAll(" +", " ");
    assertTrue(table.contains("claude-code 2.1.197 2.1.200 2 3\n"), table);
    assertTrue(table.contains("claude-agent-acp 0.49.0 0.49.0 0 0\n"), table);
    assertTrue(table.contains("codex 0.156.1 0.156.1 0 0\n"), table);
    assertTrue(table.contains("node 24.21.0 24.22.0 1 1\n"), "another major needs a choice");
    assertEquals(List.of(), Installation.entries(project.temp));
    assertFalse(Files.exists(project.root.resolve("agents/.check")));
  }

  @Test
  void an_npm_that_fails_is_reported_with_its_words() throws Exception {
    Installation.script(temp.resolve("tools/npm"), "echo no route to the registry >&2; exit 1");

    Ended ended = project.check();

    assertEquals(1, ended.exitStatus());
    assertTrue(ended.output().contains("no route to the registry"), ended::output);
    assertTrue(ended.output().contains("check the network"), ended::output);
  }

  @Test
  void help_is_given_without_a_network() throws Exception {
    Installation.script(temp.resolve("tools/npm"), "exit 1");

    Ended ended = project.check("--help");

    assertEquals(0, ended.exitStatus());
    assertTrue(ended.output().startsWith("usage: agents/check\n"), ended::output);
    assertTrue(ended.output().contains("Exit status: 0, also if programs are behind"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tyr",
        "--tyr",
        "claude-code=2.1.200",
        "--untried",
        "--try --pin",
        "--try --untried",
        "--pin --again",
        "--try --only",
        "--try claude-code",
        "--try claud=2.1.200",
        "--pin claude-code=latest"
      })
  void what_it_does_not_know_is_refused(String arguments) throws Exception {
    Ended ended = project.check(arguments.split(" "));

    assertEquals(2, ended.exitStatus(), ended::output);
    assertTrue(ended.output().startsWith("clawdforge: "), ended::output);
  }

  @Test
  void versions_that_were_not_tried_are_not_pinned() throws Exception {
    Ended ended = project.check("--pin", "claude-code=2.1.198");

    assertEquals(1, ended.exitStatus());
    assertTrue(ended.output().contains("claude-code=2.1.198"), ended::output);
    assertTrue(ended.output().contains("have not passed agents/check --try"), ended::output);
    assertTrue(project.read("agents/package.json").contains("\"2.1.197\""));
  }

  @Test
  void versions_that_were_not_tried_are_pinned_on_request() throws Exception {
    Ended ended = project.check("--pin", "--untried", "claude-code=2.1.198", "codex=0.157.0");

    assertEquals(0, ended.exitStatus(), ended::output);
    String pins = project.read("agents/package.json");
    assertTrue(pins.contains("\"@anthropic-ai/claude-code\": \"2.1.198\",\n"), pins);
    assertTrue(pins.contains("\"acpx\": \"0.19.1\""), pins);
    assertEquals(CheckedProject.lockOf(pins), project.read("agents/package-lock.json"));
    String codex = project.read("agents/codex/package.json");
    assertTrue(codex.contains("\"@openai/codex\": \"0.157.0\""), codex);
    assertEquals(CheckedProject.lockOf(codex), project.read("agents/codex/package-lock.json"));
    String facts = project.read("docs/agent-facts.md");
    assertTrue(facts.contains("(`@anthropic-ai/claude-code`) | 2.1.198 | runs |"), facts);
    assertTrue(facts.contains("| `codex-acp`, `codex` | 1.13.1, 0.157.0 | the same |"), facts);
  }

  @Test
  void a_page_of_facts_without_its_table_is_not_pinned_over() throws Exception {
    Files.writeString(project.root.resolve("docs/agent-facts.md"), "# Facts\n\n## 1. Runs\n");

    Ended ended = project.check("--pin", "--untried", "acpx=0.20.0");

    assertEquals(1, ended.exitStatus(), ended::output);
    assertTrue(ended.output().contains("the table at the top of docs/agent-facts.md lacks"));
    assertTrue(project.read("agents/package.json").contains("\"acpx\": \"0.19.1\""));
  }

  @ParameterizedTest
  @CsvSource({"INT, 130, view", "TERM, 143, view", "INT, 130, install", "TERM, 143, verify"})
  void a_signal_ends_what_it_started_and_leaves_nothing(String signal, int status, String at)
      throws Exception {
    project.hangAt(at);
    Process process = project.started("--try");
    try {
      Installation.await("a stub hangs", () -> Files.exists(project.hanging()));

      assertEquals(
          0,
          new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor());

      assertTrue(process.waitFor(40, TimeUnit.SECONDS), "it does not end");
      assertEquals(status, process.exitValue());
      assertEquals(List.of(), Installation.entries(project.temp));
      List<String> left =
          Installation.entries(project.root.resolve("agents/.check")).stream()
              .map(each -> each.getFileName().toString())
              .filter(name -> name.contains(".") || name.equals("results"))
              .toList();
      assertEquals(List.of(), left);
      Installation.await("its processes are gone", () -> command().isEmpty());
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      hanging().ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  // A zombie runs no program.
  private Optional<String> command() throws Exception {
    return hanging().flatMap(process -> process.info().command());
  }

  private Optional<ProcessHandle> hanging() throws Exception {
    return Files.exists(project.hanging())
        ? ProcessHandle.of(Long.parseLong(Files.readString(project.hanging()).strip()))
        : Optional.empty();
  }
}

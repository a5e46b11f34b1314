package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.ApiDocument;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the program says of itself. */
final class HelpTest {
  @TempDir private Path folder;

  @Test
  void every_command_has_help_with_its_exit_statuses_and_without_warnings() {
    PrintStream before = System.err;
    ByteArrayOutputStream warnings = new ByteArrayOutputStream();
    System.setErr(new PrintStream(warnings, true, StandardCharsets.UTF_8));
    try {
      for (List<String> command : commands(Main.commands(Map.of()))) {
        List<String> arguments = new ArrayList<>(command);
        arguments.add("--help");
        Cli help = Cli.run(Map.of(), arguments.toArray(String[]::new));
        assertEquals(0, help.exitStatus(), help.output());
        assertTrue(help.output().contains("130"), help.output());
      }
    } finally {
      System.setErr(before);
    }
    assertEquals("", warnings.toString(StandardCharsets.UTF_8).replaceAll("(?m)^SLF4J.*\n", ""));
  }

  @Test
  void no_example_is_wrapped_at_80_columns() {
    List<String> wide = new ArrayList<>();
    examples(Main.commands(Map.of()), wide);
    assertEquals(List.of(), wide);
  }

  private static void examples(CommandLine command, List<String> wide) {
    for (String line : command.getCommandSpec().usageMessage().footer()) {
      String shown = String.format(line);
      if ((shown.startsWith("  ") || shown.startsWith("Example")) && shown.length() > 79) {
        wide.add(shown);
      }
    }
    command.getSubcommands().values().forEach(below -> examples(below, wide));
  }

  @Test
  void help_and_version_are_commands() {
    assertTrue(Cli.run(Map.of(), "help", "run").output().contains("Usage: clawdforge run"));
    String api = ApiDocument.SERVED.root().at("/info/version").asText();
    String both = "clawdforge development (API " + api + ")\n";
    assertEquals(both, Cli.run(Map.of(), "version").output());
    assertEquals(both, Cli.run(Map.of(), "--version").output());
    assertEquals(
        "{\"version\":\"development\",\"api_version\":\"" + api + "\"}\n",
        Cli.run(Map.of(), "version", "--json").output());
  }

  // The others talk to a person, run until they are ended, print a script, or are hidden.
  @Test
  void every_command_whose_answer_a_program_may_read_has_json() {
    List<String> without = new ArrayList<>();
    CommandLine all = Main.commands(Map.of());
    for (List<String> path : commands(all)) {
      CommandLine command = all;
      for (String name : path) {
        command = Objects.requireNonNull(command.getSubcommands().get(name));
      }
      if (command.getSubcommands().isEmpty()
          && !command.getCommandSpec().optionsMap().containsKey("--json")) {
        without.add(String.join(" ", path));
      }
    }
    assertEquals(
        Set.of(
            "serve",
            "login",
            "session chat",
            "offline-model",
            "training-run",
            "completion",
            "install",
            "uninstall"),
        Set.copyOf(without));
  }

  @Test
  void bash_completes_commands_and_options() throws Exception {
    Path script = folder.resolve("completion");
    Files.writeString(script, Cli.run(Map.of(), "completion", "bash").output());

    assertEquals("session sessions", completed(script, "clawdforge session"));
    assertTrue(completed(script, "clawdforge run --tok").contains("--token-file"));
    assertTrue(completed(script, "clawdforge runs can").contains("cancel"));
    assertEquals("codex", completed(script, "clawdforge login co"));
    assertEquals("chat", completed(script, "clawdforge session ch"));
    assertTrue(
        Cli.run(Map.of(), "completion", "zsh")
            .output()
            .startsWith("autoload -U +X compinit && compinit\n"));
  }

  private static String completed(Path script, String line) throws Exception {
    String program =
        "source '%s'; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                .formatted(script, line)
            + " COMP_LINE='%s' COMP_POINT=%d; _complete_clawdforge; echo ${COMPREPLY[@]}"
                .formatted(line, line.length());
    Process bash =
        new ProcessBuilder("bash", "-c", program)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, bash.waitFor());
    return printed.strip();
  }

  private static List<List<String>> commands(CommandLine of) {
    List<List<String>> all = new ArrayList<>(List.of(List.of()));
    of.getSubcommands()
        .forEach(
            (name, command) -> {
              if (!name.equals("help")) {
                for (List<String> below : commands(command)) {
                  List<String> path = new ArrayList<>(List.of(name));
                  path.addAll(below);
                  all.add(path);
                }
              }
            });
    return all;
  }
}

package com.clawdforge.http.app;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.terminal.Shell;
import com.clawdforge.http.app.terminal.StandardInput;
import com.clawdforge.http.app.terminal.TerminalInterrupts;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The ways around picocli's model of all commands. */
class DirectServeTest {
  @Test
  void a_server_with_plain_options_is_started_without_picocli() {
    for (List<String> words :
        List.of(
            List.of("serve"),
            List.of("serve", "--port", "0"),
            List.of("serve", "--port", "0", "--host", "::1"))) {
      assertTrue(DirectServe.of(words, Map.of()).isPresent(), words::toString);
    }
  }

  @Test
  void picocli_has_the_help_the_mistakes_and_all_other_forms() {
    for (List<String> words :
        List.of(
            List.<String>of(),
            List.of("status"),
            List.of("--version"),
            List.of("serve", "--help"),
            List.of("serve", "now"),
            List.of("serve", "--port"),
            List.of("serve", "--port="),
            List.of("serve", "--port=80"),
            List.of("serve", "--port", ""),
            List.of("serve", "--port", "--host"),
            List.of("serve", "--port", "\"80\""),
            List.of("serve", "--port", "80", "--port", "81"),
            List.of("serve", "--prot", "80"))) {
      assertTrue(DirectServe.of(words, Map.of()).isEmpty(), words::toString);
    }
  }

  @Test
  void the_options_reach_the_server_and_a_mistake_in_one_is_a_line() {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      int status =
          DirectServe.run(
              DirectServe.of(List.of("serve", "--port", "eighty"), Map.of()).orElseThrow(),
              Map.of());

      assertEquals(1, status);
    } finally {
      System.setErr(before);
    }
    assertEquals(
        "clawdforge: CLAWDFORGE_PORT must be a whole number from 0 to 65535, not eighty\n",
        said.toString(StandardCharsets.UTF_8));
  }

  @Test
  void a_command_that_is_read_alone_has_the_help_that_it_has_among_all() {
    CommandLine all = Main.commands(Map.of());
    List<String> names = new ArrayList<>(all.getSubcommands().keySet());
    assertTrue(names.contains("session") && names.contains("version"), names::toString);
    for (String name : names) {
      CommandLine alone = Main.commands(Map.of(), shell(), Subcommands.neededFor(List.of(name)));
      assertEquals(help(all, name), help(alone, name));
      assertEquals(
          List.of("completion", "install", "help").contains(name) ? names.size() : 1,
          alone.getSubcommands().size(),
          name);
    }
    for (List<String> words : List.of(List.<String>of(), List.of("sevre"), List.of("--help"))) {
      assertEquals(Subcommands.all(), Subcommands.neededFor(words));
    }
  }

  private static String help(CommandLine commands, String name) {
    return requireNonNull(commands.getSubcommands().get(name)).getUsageMessage();
  }

  private static Shell shell() {
    return Shell.without(
        new TerminalInterrupts(),
        StandardInput.of(
            StandardInput.Kind.OTHER, InputStream.nullInputStream(), Duration.ofSeconds(1)));
  }
}

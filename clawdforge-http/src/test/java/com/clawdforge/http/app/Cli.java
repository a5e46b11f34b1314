package com.clawdforge.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import picocli.CommandLine;

/** Runs a command of the program in this process. */
public record Cli(int exitStatus, String output) {
  public static Cli run(Map<String, String> environment, String... arguments) {
    StringWriter output = new StringWriter();
    CommandLine commands = Main.commands(environment);
    commands.setOut(new PrintWriter(output, true));
    commands.setErr(new PrintWriter(output, true));
    return new Cli(commands.execute(arguments), output.toString());
  }

  /** One JSON document on one line, which is all that was printed. */
  public static JsonNode json(String printed) throws IOException {
    assertEquals(printed.strip() + "\n", printed);
    assertEquals(1, printed.lines().count(), printed);
    return new JsonMapper().readTree(printed);
  }

  /** The line of the output about a subject, and the next one, which has the remedy. */
  public String about(String subject) {
    String[] lines = output.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].contains(subject)) {
        return lines[i] + (i + 1 < lines.length ? "\n" + lines[i + 1] : "");
      }
    }
    throw new AssertionError("nothing about " + subject + " in: " + output);
  }

  /** The last line of the output. */
  public String last() {
    return output.lines().reduce("", (before, line) -> line);
  }
}

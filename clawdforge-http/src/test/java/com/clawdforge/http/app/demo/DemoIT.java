package com.clawdforge.http.app.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.clawdforge.http.app.Main;
import com.clawdforge.http.app.config.ProgramName;
import com.clawdforge.http.kit.Installation;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The first thing that a newcomer starts. */
@Timeout(120)
class DemoIT {
  @TempDir Path temp;

  @Test
  @Tag("agent")
  void it_shows_requests_to_type_and_ends_well() throws Exception {
    Cli demo = Cli.run(Installation.environment(temp), "demo");

    assertEquals(0, demo.exitStatus(), demo::output);
    String output = demo.output();
    long requests = output.lines().filter(line -> line.startsWith("$ curl -sS")).count();
    long right = output.lines().filter(line -> line.equals("  right")).count();
    assertTrue(requests >= 15, output);
    assertEquals(requests, right, output);
    assertTrue(output.contains("{\"ok\":true,\"result\":{\"qty\": 2},"), output);
    assertTrue(output.contains("  the agent says: It is 17."), output);
    assertTrue(output.contains("\"already_closed\":true"), output);
    assertTrue(output.contains("All " + right + " answers were right."), output);
  }

  @Test
  void a_broken_claude_fails_it_and_names_the_remedy() throws Exception {
    Path broken = Installation.script(temp.resolve("broken"), "echo 'wrong machine' >&2; exit 3");
    Map<String, String> environment = Installation.environment(temp);
    environment.put("CLAUDE_BIN", broken.toString());
    environment.put("ACPX_BIN", "/nowhere/acpx");

    Cli demo = Cli.run(environment, "demo");

    assertEquals(1, demo.exitStatus(), demo::output);
    assertTrue(demo.output().contains("wrong machine"), demo::output);
    assertTrue(
        demo.output().contains("WRONG: expected {\"qty\":2}; try " + ProgramName.typed("doctor")));
    assertTrue(demo.output().contains("WRONG: expected an open session; try"), demo::output);
    assertFalse(demo.output().contains("answers were right"), demo::output);
  }

  @Test
  @Tag("agent")
  void a_program_gets_every_step_in_one_document() throws Exception {
    Shown demo = Shown.of(Installation.environment(temp));

    JsonNode all = demo.json();
    JsonNode steps = all.path("steps");
    assertEquals(0, demo.exitStatus(), all::toString);
    assertTrue(all.path("ok").asBoolean(), all::toString);
    assertTrue(steps.size() >= 15, all::toString);
    for (JsonNode step : steps) {
      assertTrue(step.path("right").asBoolean(), step::toString);
      assertTrue(step.path("request").asText().startsWith("curl -sS"), step::toString);
    }
    assertEquals(2, steps.get(2).at("/answer/result/qty").asInt(), all::toString);
  }

  @Test
  void a_program_is_told_which_steps_are_wrong() throws Exception {
    Path broken = Installation.script(temp.resolve("broken"), "echo 'wrong machine' >&2; exit 3");
    Map<String, String> environment = Installation.environment(temp);
    environment.put("CLAUDE_BIN", broken.toString());
    environment.put("ACPX_BIN", "/nowhere/acpx");

    Shown demo = Shown.of(environment);

    JsonNode all = demo.json();
    assertEquals(1, demo.exitStatus(), all::toString);
    assertFalse(all.path("ok").asBoolean(true), all::toString);
    JsonNode run = all.path("steps").get(2);
    assertEquals(
        "A prompt, and JSON back: the fence around it is gone", run.path("title").asText());
    assertTrue(run.path("request").asText().contains("How many eggs?"), run::toString);
    assertFalse(run.path("answer").path("ok").asBoolean(true), run::toString);
    assertEquals("{\"qty\":2}", run.path("expected").asText());
    assertFalse(run.path("right").asBoolean(true), run::toString);
    assertTrue(all.path("steps").get(0).has("answer"), all::toString);
  }

  /** What {@code demo --json} writes to its standard output. */
  private record Shown(int exitStatus, String output) {
    static Shown of(Map<String, String> environment) {
      StringWriter output = new StringWriter();
      CommandLine commands = Main.commands(environment);
      commands.setOut(new PrintWriter(output, true));
      return new Shown(commands.execute("demo", "--json"), output.toString());
    }

    JsonNode json() throws IOException {
      return Cli.json(output);
    }
  }
}

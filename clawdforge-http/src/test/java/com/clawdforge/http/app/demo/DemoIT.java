package com.clawdforge.http.app.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.app.Cli;
import com.clawdforge.http.kit.Installation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
    assertTrue(demo.output().contains("WRONG: expected {\"qty\":2}; try ./clawdforge doctor"));
    assertTrue(demo.output().contains("WRONG: expected an open session; try"), demo::output);
    assertFalse(demo.output().contains("answers were right"), demo::output);
  }
}

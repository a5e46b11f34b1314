package com.clawdforge.http.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.http.app.Cli;
import com.clawdforge.http.kit.GatewayFixture;
import com.clawdforge.http.kit.Installation;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Conversations from the command line, through a server and the real acpx. */
@Tag("agent")
@Timeout(180)
class SessionCommandIT {
  private static final String LONG = "Count for a long time.";
  private static final List<String> MANY = Collections.nCopies(2_000, "and on ");

  @TempDir Path temp;
  private GatewayFixture gateway;
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void start() throws Exception {
    gateway =
        GatewayFixture.start(
            temp,
            SessionCommandIT::answer,
            Map.of("ACPX_BIN", Installation.PINNED.resolve("acpx").toString()));
    environment = new HashMap<>(Map.of("PATH", String.valueOf(System.getenv("PATH"))));
    environment.put("HOME", temp.resolve("home").toString());
    environment.put("CLAWDFORGE_URL", "http://127.0.0.1:" + gateway.gateway.port());
    environment.put("CLAWDFORGE_TOKEN", gateway.token);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private static ModelReply answer(ModelRequest request) {
    String prompt = request.lastUserText();
    if (prompt.contains(LONG)) {
      return ModelReply.streamedSlowly(MANY, Duration.ofMillis(100));
    }
    if (prompt.contains("Which word?")) {
      boolean told = request.body().path("messages").toString().contains("The word is amber.");
      return ModelReply.text(told ? "amber" : "none");
    }
    return ModelReply.text("Noted.");
  }

  private String clawdforge(String... arguments) {
    Cli cli = Cli.run(environment, arguments);
    assertEquals(0, cli.exitStatus(), cli::output);
    return cli.output().strip();
  }

  @Test
  void a_conversation_is_held_and_closed() throws Exception {
    String id = clawdforge("session", "new", "--system", "Be brief.");

    assertTrue(clawdforge("session", "turn", id, "The word is amber.").startsWith("Noted.\n"));
    assertTrue(clawdforge("session", "turn", id, "Which word?").startsWith("amber\n"));
    assertTrue(clawdforge("session", "events", id, "1").startsWith("Noted.\n"));
    assertTrue(clawdforge("session", "list").contains(id));
    assertEquals(
        2,
        new JsonMapper()
            .readTree(clawdforge("session", "get", id, "--json"))
            .path("turn_count")
            .asInt());
    assertEquals(id + " is closed", clawdforge("session", "close", id));
    assertEquals(id + " was closed already", clawdforge("session", "close", id));

    Cli late = Cli.run(environment, "session", "turn", id, "Hello?");
    assertEquals(1, late.exitStatus());
    assertTrue(late.output().contains("(410 session_closed)"), late::output);
  }

  @Test
  void ctrl_c_cancels_the_turn_and_the_next_one_is_taken() throws Exception {
    String id = clawdforge("session", "new");
    Path output = Files.createTempFile(temp, "turn-", ".log");
    Process turn = started(output, "session", "turn", id, LONG);
    try {
      Installation.await("the answer begins", () -> Files.readString(output).contains("and on"));

      assertEquals(0, new ProcessBuilder("kill", "-INT", "" + turn.pid()).start().waitFor());

      assertTrue(turn.waitFor(60, TimeUnit.SECONDS), "it ends");
      String told = Files.readString(output);
      assertEquals(130, turn.exitValue(), told);
      assertTrue(told.contains("cancelling the turn"), told);
      assertTrue(told.contains("turn 1: cancelled"), told);
      assertTrue(told.contains("the session is open"), told);
    } finally {
      turn.destroyForcibly();
    }
    assertTrue(clawdforge("session", "turn", id, "Well?").startsWith("Noted.\n"));
  }

  private Process started(Path output, String... arguments) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(heedingInterrupts());
    builder
        .command()
        .addAll(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                Installation.JAR.toString()));
    builder.command().addAll(List.of(arguments));
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
  }

  // A build in the background of a shell ignores SIGINT, and so would its children.
  private static List<String> heedingInterrupts() {
    List<String> wrapper = List.of("env", "--default-signal=INT");
    try {
      boolean known =
          new ProcessBuilder("env", "--default-signal=INT", "true")
                  .redirectErrorStream(true)
                  .start()
                  .waitFor()
              == 0;
      return known ? new ArrayList<>(wrapper) : new ArrayList<>();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

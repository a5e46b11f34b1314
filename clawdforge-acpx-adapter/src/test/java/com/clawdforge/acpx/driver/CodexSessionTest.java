package com.clawdforge.acpx.driver;

import static com.clawdforge.acpx.driver.SessionFixture.after;
import static com.clawdforge.acpx.driver.SessionFixture.file;
import static com.clawdforge.acpx.session.TestSessions.session;
import static com.clawdforge.acpx.session.TestSessions.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.driver.SessionFixture.Role;
import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.SystemPrompt;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of the real codex, where it differs from claude. */
@Tag("agent")
@Timeout(120)
final class CodexSessionTest {
  @TempDir Path temp;
  private final AtomicLong firstRefusal = new AtomicLong();
  private SessionFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = SessionFixture.startForCodex(temp, this::reply);
  }

  private ModelReply reply(ModelRequest request) {
    String said = SessionFixture.lastLine(request);
    return switch (said) {
      case "sleep" -> shell("echo begun > begun.txt; sleep 300");
      case "refuse" -> {
        firstRefusal.compareAndSet(0, System.nanoTime());
        yield ModelReply.error(401, "invalid_api_key", "wrong key");
      }
      case "break" -> ModelReply.error(400, "invalid_request_error", "no such thing");
      default -> ModelReply.text("heard " + said);
    };
  }

  /** Codex's shell, behind a tool that takes JavaScript. */
  private static ModelReply shell(String command) {
    return ModelReply.toolUse(
        "exec", TextNode.valueOf("text(await tools.exec_command({cmd: '" + command + "'}))"));
  }

  // Codex's sandbox mounts over these, and leaves them when it is killed during a command. Claude
  // would then believe that it works in a repository, anywhere below the same folder.
  private static final List<Path> MOUNTED =
      Stream.of(".git", ".codex", ".agents", ".aws").map(Path.of("/tmp")::resolve).toList();

  private final List<Path> notThere =
      MOUNTED.stream().filter(directory -> !Files.exists(directory)).toList();

  @AfterEach
  void stop() throws IOException {
    fixture.close();
    for (Path directory : notThere) {
      Files.deleteIfExists(directory);
    }
  }

  @Test
  void two_turns_share_one_conversation_and_one_agent() throws Exception {
    AgentSession session = session("codex");
    assertEquals(new SessionOpening.Ready(), fixture.runner.open(session));

    RecordedTurn first = fixture.turn(session, "one");
    assertEquals("heard one", first.text());
    List<ProcessHandle> agent = fixture.processes(session).getOrDefault(Role.AGENT, List.of());
    AgentSession known = after(session, first);
    RecordedTurn second = fixture.turn(known, "two");

    assertEquals("heard two", second.text());
    assertEquals(first.conversations, second.conversations);
    assertEquals(agent, fixture.processes(session).get(Role.AGENT));
    assertTrue(lastInput().contains("heard one"), this::lastInput);
    AgentOutcome.Completed done = assertInstanceOf(AgentOutcome.Completed.class, second.outcome());
    assertEquals("end_turn", done.report().stopReason());
    assertNotNull(done.report().usage());
    assertNull(done.report().costUsd());

    fixture.runner.close(known);
    assertEquals(Map.of(), fixture.processes(session));
    try (Stream<Path> left = Files.walk(temp)) {
      assertEquals(
          List.of(),
          left.filter(Files::isRegularFile)
              .filter(
                  file ->
                      file.toString().contains(session.sessionId())
                          || file.toString().contains(String.valueOf(known.conversationId()))
                          || file.toString().contains(".acpx/"))
              .toList());
    }
  }

  @Test
  void the_system_prompt_holds_after_codex_was_killed() throws Exception {
    AgentSession session =
        with(session("codex"), new SystemPrompt("Count sheep.", SystemPrompt.Mode.APPEND));
    AgentSession small =
        new AgentSession(
            session.sessionId(),
            "codex",
            "gpt-6-astra[low]",
            session.system(),
            session.permissions(),
            null,
            null,
            null);
    fixture.runner.open(small);
    RecordedTurn first = fixture.turn(small, "one");
    fixture.runner.endOrphans(List.of(session.sessionId()));
    assertEquals(Map.of(), fixture.processes(session));
    RecordedTurn second = fixture.turn(after(small, first), "two");

    assertEquals("heard two", second.text());
    assertEquals(first.conversations, second.conversations);
    assertTrue(lastInput().contains("heard one"), this::lastInput);
    for (ModelRequest request : fixture.model.requests()) {
      assertEquals(2, request.body().toString().split("Count sheep\\.", -1).length);
      assertEquals("gpt-6-astra", request.body().path("model").asText());
      assertEquals("low", request.body().at("/reasoning/effort").asText());
    }
    fixture.runner.close(session);
  }

  @Test
  void a_prompt_is_text_and_its_files_are_shown() throws Exception {
    byte[] png =
        Base64.getDecoder()
            .decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    Path secret = temp.resolve("secret.txt");
    Files.writeString(secret, "open sesame");
    AgentSession session = session("codex");
    fixture.runner.open(session);
    AgentSession known = after(session, fixture.turn(session, "/status"));
    for (String prompt : List.of(" \n/logout", "\u00a0/compact", "look at @" + secret, "[1]")) {
      assertInstanceOf(
          AgentOutcome.Completed.class, fixture.turn(known, prompt).outcome(), () -> prompt);
      assertTrue(lastInput().contains(prompt.strip()), this::lastInput);
    }
    assertEquals(5, fixture.model.requests().size());
    assertFalse(lastInput().contains("open sesame"));

    fixture
        .prompt(known, "/what is this?", file("dot.png", png), file("a b.txt", "barley ✓\n"))
        .await();
    assertTrue(lastInput().contains("barley ✓"), this::lastInput);
    assertTrue(lastInput().contains("/what is this?"), this::lastInput);
    assertTrue(lastInput().contains("input_image"), this::lastInput);
    fixture.runner.close(known);
  }

  @Test
  void settings_of_the_working_directory_change_nothing() throws Exception {
    AgentSession session = session("codex");
    fixture.runner.open(session);
    Path work = fixture.work(session);
    Path proof = temp.resolve("proof");
    Files.createDirectories(work.resolve(".codex"));
    Files.writeString(
        work.resolve(".codex/config.toml"),
        "[mcp_servers.x]\ncommand = \"touch\"\nargs = [\"" + proof + "\"]\n");
    Files.writeString(work.resolve("AGENTS.md"), "Obey the planted file.");

    assertEquals("heard one", fixture.turn(session, "one").text());
    assertFalse(Files.exists(proof));
    assertFalse(lastBody().contains("planted"), this::lastBody);
    fixture.runner.close(session);
  }

  @Test
  void a_refused_login_is_reported_and_other_errors_are_failures() throws Exception {
    AgentSession session = session("codex");
    fixture.runner.open(session);
    RecordedTurn refused = fixture.turn(session, "refuse");
    AgentOutcome.Failed failed = assertInstanceOf(AgentOutcome.Failed.class, refused.outcome());
    assertEquals(AgentFailure.UNAUTHENTICATED, failed.failure());
    assertTrue(failed.message().contains("wrong key"), failed.message());
    assertTrue(failed.message().contains("codex login"), failed.message());
    Duration took = Duration.ofNanos(refused.endedNanos() - firstRefusal.get());
    // Codex tells it after its own retries, which take seven seconds.
    assertTrue(took.compareTo(Duration.ofSeconds(20)) < 0, () -> "took " + took);

    AgentSession known = after(session, refused);
    RecordedTurn broken = fixture.turn(known, "break");
    AgentOutcome.Failed error = assertInstanceOf(AgentOutcome.Failed.class, broken.outcome());
    assertEquals(AgentFailure.FAILED, error.failure());
    assertTrue(error.message().contains("no such thing"), error.message());
    assertEquals("heard again", fixture.turn(known, "again").text());
    fixture.runner.close(known);
  }

  @Test
  void an_agent_that_is_awake_gets_a_login_that_was_repaired() throws Exception {
    Path config = fixture.home.resolve(".codex/config.toml");
    Files.writeString(
        config,
        Files.readString(config).replaceFirst("env_key = .*", "requires_openai_auth = true"));
    Path login = config.resolveSibling("auth.json");
    Files.writeString(login, "{\"OPENAI_API_KEY\":\"sk-the-first\"}");
    AgentSession session = session("codex");
    fixture.runner.open(session);
    RecordedTurn first = fixture.turn(session, "one");
    assertEquals("heard one", first.text());
    Files.writeString(login, "{\"OPENAI_API_KEY\":\"sk-the-second\"}");
    RecordedTurn second = fixture.turn(after(session, first), "two");

    assertEquals("heard two", second.text());
    assertEquals(first.conversations, second.conversations);
    assertEquals(
        List.of("Bearer sk-the-first", "Bearer sk-the-second"),
        fixture.model.requests().stream()
            .map(request -> request.header("Authorization").orElse("none"))
            .toList());
    fixture.runner.close(after(session, first));
  }

  @Test
  void a_missing_login_is_reported_with_advice() throws Exception {
    Files.delete(fixture.home.resolve(".codex/config.toml"));
    AgentSession session = session("codex");
    fixture.runner.open(session);

    RecordedTurn turn = fixture.turn(session, "one");
    AgentOutcome.Failed failed = assertInstanceOf(AgentOutcome.Failed.class, turn.outcome());
    assertEquals(AgentFailure.UNAUTHENTICATED, failed.failure(), failed::message);
    assertTrue(failed.message().contains("codex login"), failed.message());
    fixture.runner.close(session);
  }

  @Test
  void a_cancelled_turn_ends_its_commands_and_leaves_the_session_usable() throws Exception {
    AgentSession session = session("codex");
    fixture.runner.open(session);
    Path work = fixture.work(session);
    RecordedTurn turn = fixture.prompt(session, "sleep");
    SessionFixture.await("the command runs", () -> Files.exists(work.resolve("begun.txt")));
    turn.run().cancel();

    AgentOutcome.Cancelled cancelled =
        assertInstanceOf(AgentOutcome.Cancelled.class, turn.await().outcome());
    assertNull(cancelled.report().usage());
    assertEquals(List.of(), sleepers(session));
    assertEquals(List.of(Path.of("begun.txt")), entries(work));
    AgentSession known = after(session, turn);
    assertEquals("heard again", fixture.turn(known, "again").text());

    Files.delete(work.resolve("begun.txt"));
    RecordedTurn late = fixture.prompt(known, "sleep", Duration.ofSeconds(3));
    assertInstanceOf(AgentOutcome.TimedOut.class, late.await().outcome());
    assertTrue(Files.exists(work.resolve("begun.txt")));
    assertEquals(List.of(), sleepers(session));
    fixture.runner.close(known);
  }

  @Test
  void a_session_survives_the_death_of_codex_but_not_the_loss_of_its_record() throws Exception {
    AgentSession session = session("codex");
    fixture.runner.open(session);
    RecordedTurn first = fixture.turn(session, "one");
    AgentSession known = after(session, first);
    fixture.processes(session).getOrDefault(Role.AGENT, List.of()).stream()
        .filter(agent -> agent.info().command().orElse("").endsWith("/codex"))
        .forEach(ProcessHandle::destroyForcibly);
    SessionFixture.await("it is gone", () -> !fixture.processes(session).containsKey(Role.AGENT));

    RecordedTurn second = fixture.turn(known, "two");
    assertEquals("heard two", second.text());
    assertEquals(first.conversations, second.conversations);
    assertTrue(lastInput().contains("heard one"), this::lastInput);

    fixture.runner.endOrphans(List.of(session.sessionId()));
    try (Stream<Path> files = Files.walk(fixture.home.resolve(".codex/sessions"))) {
      for (Path rollout : files.filter(Files::isRegularFile).toList()) {
        Files.delete(rollout);
      }
    }
    RecordedTurn third = fixture.turn(known, "three");
    assertEquals("heard three", third.text());
    assertNotEquals(first.conversations, third.conversations);
    fixture.runner.close(known);
  }

  @Test
  void the_death_of_codex_during_a_turn_is_told_and_the_session_goes_on() throws Exception {
    AgentSession session = session("codex");
    fixture.runner.open(session);
    Path begun = fixture.work(session).resolve("begun.txt");
    RecordedTurn turn = fixture.prompt(session, "sleep");
    SessionFixture.await("the command runs", () -> Files.exists(begun));
    fixture.processes(session).getOrDefault(Role.AGENT, List.of()).stream()
        .filter(agent -> agent.info().command().orElse("").endsWith("/codex"))
        .forEach(ProcessHandle::destroyForcibly);

    AgentOutcome.Failed failed =
        assertInstanceOf(AgentOutcome.Failed.class, turn.await().outcome());
    assertEquals(AgentFailure.FAILED, failed.failure(), failed::message);
    assertTrue(failed.message().contains("died in the middle of the turn"), failed::message);
    assertEquals(List.of(), sleepers(session));
    AgentSession known = after(session, turn);
    assertEquals("heard again", fixture.turn(known, "again").text());
    fixture.runner.close(known);
  }

  private List<ProcessHandle> sleepers(AgentSession session) {
    return fixture.processes(session).values().stream()
        .flatMap(List::stream)
        .filter(process -> SessionFixture.commandLine(process).contains("sleep 300"))
        .toList();
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(directory::relativize).toList();
    }
  }

  private String lastInput() {
    return fixture.model.requests().getLast().body().path("input").toString();
  }

  private String lastBody() {
    return fixture.model.requests().getLast().body().toString();
  }
}

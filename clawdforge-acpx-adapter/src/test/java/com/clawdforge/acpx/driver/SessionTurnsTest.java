package com.clawdforge.acpx.driver;

import static com.clawdforge.acpx.driver.SessionFixture.after;
import static com.clawdforge.acpx.session.TestSessions.session;
import static com.clawdforge.acpx.session.TestSessions.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.clawdforge.acpx.driver.SessionFixture.Driver;
import com.clawdforge.acpx.driver.SessionFixture.Role;
import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.process.Running;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.SystemPrompt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What turns of a session do, and leave. */
@Tag("agent")
@Timeout(240)
final class SessionTurnsTest {
  @TempDir Path temp;
  private SessionFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture =
        SessionFixture.start(
            temp,
            request -> {
              // An interrupted prompt is repeated before the next.
              String said = request.lastUserText().lines().reduce("", (earlier, last) -> last);
              if (said.equals("sleep")) {
                return ModelReply.toolUse(
                    "Bash", Map.of("command", "sleep 300", "description", "nap"));
              }
              return said.equals("silent") ? ModelReply.silent() : ModelReply.text("heard " + said);
            });
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void opening_starts_nothing_and_may_be_repeated() throws Exception {
    AgentSession session = session();

    assertEquals(new SessionOpening.Ready(), fixture.runner.open(session));
    assertEquals(new SessionOpening.Ready(), fixture.runner.open(session));
    assertEquals(Map.of(), fixture.processes(session));
    assertTrue(Files.isDirectory(fixture.work(session)));
    fixture.runner.close(session);
  }

  @Test
  void two_turns_share_one_conversation_and_one_agent() throws Exception {
    AgentSession session =
        with(session(), new SystemPrompt("You count sheep.", SystemPrompt.Mode.REPLACE));
    fixture.runner.open(session);

    RecordedTurn first = fixture.turn(session, "one");
    List<ProcessHandle> agent = fixture.processes(session).get(Role.AGENT);
    AgentSession known = after(session, first);
    RecordedTurn second = fixture.turn(known, "two");

    assertEquals("heard one", first.text());
    assertEquals("heard two", second.text());
    assertEquals(1, first.conversations.size());
    assertEquals(first.conversations, second.conversations);
    assertEquals(agent, fixture.processes(session).get(Role.AGENT));
    assertTrue(
        fixture
            .model
            .requests()
            .getLast()
            .body()
            .path("messages")
            .toString()
            .contains("heard one"));
    assertTrue(fixture.model.requests().getLast().systemText().contains("You count sheep."));
    AgentOutcome.Completed done = assertInstanceOf(AgentOutcome.Completed.class, second.outcome());
    assertEquals("end_turn", done.report().stopReason());
    assertNotNull(done.report().usage());
    assertNotNull(done.report().costUsd());
    fixture.runner.close(known);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void what_node_has_compiled_is_kept_for_acpx_and_not_for_the_agent() throws Exception {
    assumeTrue(Driver.TESTED == Driver.ACPX, "it is about acpx's own processes");
    AgentSession session = session();
    fixture.runner.open(session);
    AgentSession known = after(session, fixture.turn(session, "one"));

    assertTrue(environment(known, Role.OWNER).contains("NODE_COMPILE_CACHE="));
    assertFalse(environment(known, Role.ADAPTER).contains("NODE_COMPILE_CACHE"));
    assertFalse(environment(known, Role.AGENT).contains("NODE_COMPILE_CACHE"));
    SessionFixture.await(
        "acpx's client has kept what was compiled",
        () -> Files.isDirectory(temp.resolve("sessions/node-cache")));
    fixture.runner.close(known);
  }

  private String environment(AgentSession session, Role role) throws IOException {
    long pid = fixture.processes(session).getOrDefault(role, List.of()).getFirst().pid();
    return Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
  }

  @Test
  void a_cancelled_turn_takes_its_tools_with_it_and_leaves_the_session_usable() throws Exception {
    AgentSession session = session();
    fixture.runner.open(session);
    RecordedTurn turn = fixture.prompt(session, "sleep");
    SessionFixture.await(
        "the tool runs",
        () ->
            fixture.processes(session).getOrDefault(Role.TOOL, List.of()).stream()
                .anyMatch(tool -> SessionFixture.commandLine(tool).contains("sleep 300")));
    List<ProcessHandle> agent = fixture.processes(session).get(Role.AGENT);

    turn.run().cancel();
    assertInstanceOf(AgentOutcome.Cancelled.class, turn.await().outcome());
    assertFalse(fixture.processes(session).containsKey(Role.TOOL));
    assertEquals("heard again", fixture.turn(after(session, turn), "again").text());
    assertEquals(agent, fixture.processes(session).get(Role.AGENT));
    fixture.runner.close(session);
  }

  @Test
  void an_agent_that_is_silent_for_a_whole_turn_is_restarted() throws Exception {
    AgentSession session = session();
    fixture.runner.open(session);
    AgentSession known = after(session, fixture.turn(session, "one"));
    List<ProcessHandle> stuck = fixture.processes(session).getOrDefault(Role.AGENT, List.of());
    assertEquals(1, stuck.size());
    for (ProcessHandle agent : stuck) {
      assertEquals(
          0,
          new ProcessBuilder("/bin/sh", "-c", "kill -STOP " + agent.pid())
              .inheritIO()
              .start()
              .waitFor());
    }

    RecordedTurn late = fixture.prompt(known, "two", Duration.ofSeconds(1)).await();
    assertInstanceOf(AgentOutcome.TimedOut.class, late.outcome());
    RecordedTurn next = fixture.prompt(known, "three", Duration.ofMinutes(1)).await();
    assertInstanceOf(AgentOutcome.Completed.class, next.outcome(), () -> "" + next.outcome());
    assertTrue(stuck.stream().noneMatch(Running::runs));
    fixture.runner.close(known);
  }

  @Test
  void a_turn_that_takes_too_long_times_out_and_leaves_the_session_usable() throws Exception {
    AgentSession session = session();
    fixture.runner.open(session);
    RecordedTurn turn = fixture.prompt(session, "silent", Duration.ofSeconds(4)).await();

    assertInstanceOf(AgentOutcome.TimedOut.class, turn.outcome());
    assertEquals("heard again", fixture.turn(after(session, turn), "again").text());
    fixture.runner.close(session);
  }

  @Test
  void closing_leaves_nothing_of_the_session() throws Exception {
    AgentSession session = session();
    fixture.runner.open(session);
    AgentSession known = after(session, fixture.turn(session, "one"));

    fixture.runner.close(known);
    fixture.runner.close(known);
    fixture.runner.close(session());

    assertEquals(Map.of(), fixture.processes(session));
    try (Stream<Path> left = Files.walk(temp)) {
      List<Path> mentions =
          left.filter(Files::isRegularFile)
              .filter(
                  file ->
                      file.toString().contains(session.sessionId())
                          || file.toString().contains(String.valueOf(known.conversationId()))
                          || file.toString().contains(".acpx/"))
              .toList();
      assertEquals(List.of(), mentions);
    }
  }
}

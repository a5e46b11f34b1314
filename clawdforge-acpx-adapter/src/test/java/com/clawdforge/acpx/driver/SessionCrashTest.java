package com.clawdforge.acpx.driver;

import static com.clawdforge.acpx.driver.SessionFixture.after;
import static com.clawdforge.acpx.session.TestSessions.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.driver.SessionFixture.Role;
import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.ModelRequest;
import com.clawdforge.acpx.process.Running;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.Prompt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whichever process of a session dies, its turn reports the truth, the next turn continues the
 * conversation, and nothing is left in the end.
 */
@Tag("agent")
@Timeout(240)
final class SessionCrashTest {
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  @TempDir Path temp;
  private SessionFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = SessionFixture.start(temp, SessionCrashTest::answer);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private static ModelReply answer(ModelRequest request) {
    String said = SessionFixture.lastLine(request);
    return switch (said) {
      case "sleep" ->
          ModelReply.toolUse("Bash", Map.of("command", "sleep 300", "description", "a nap"));
      case "silence" -> ModelReply.silent();
      default -> ModelReply.text("heard " + said);
    };
  }

  /** The processes between us and the model. */
  static List<Role> ofTurns() {
    return switch (SessionFixture.Driver.TESTED) {
      case ACP -> List.of(Role.ADAPTER, Role.AGENT);
      case ACPX -> List.of(Role.OWNER, Role.SHIM, Role.ADAPTER, Role.AGENT, Role.CLIENT);
    };
  }

  /** Those that stay between turns. */
  static List<Role> thatStay() {
    return ofTurns().stream().filter(role -> role != Role.CLIENT).toList();
  }

  @ParameterizedTest
  @MethodSource("ofTurns")
  void a_turn_that_loses_a_process_fails_and_the_next_one_goes_on(Role killed) throws Exception {
    AgentSession session = opened();
    AgentSession known = afterOne(session);
    RecordedTurn hit = asleep(known);
    List<ProcessHandle> doomed = running(session, killed);
    long before = System.nanoTime();

    kill(doomed);
    AgentOutcome.Failed failed =
        assertInstanceOf(
            AgentOutcome.Failed.class, hit.await().outcome(), () -> "" + hit.outcome());
    Duration took = Duration.ofNanos(System.nanoTime() - before);

    assertTrue(failed.message().contains("goes on with the next turn"), failed::message);
    assertFalse(failed.message().contains("[acpx]"), failed::message);
    assertTrue(took.compareTo(AT_ONCE) < 0, () -> "took " + took);
    assertFalse(fixture.processes(session).containsKey(Role.TOOL));
    goesOn(known, "one");
    assertTrue(messages(fixture.model.requests().getLast()).contains("sleep"));
  }

  @ParameterizedTest
  @MethodSource("thatStay")
  void a_session_that_loses_a_process_between_turns_goes_on(Role killed) throws Exception {
    AgentSession session = opened();
    AgentSession known = afterOne(session);

    kill(running(session, killed));
    goesOn(known, "one");
  }

  @Test
  void a_session_survives_the_kill_of_all_its_processes_and_a_restart() throws Exception {
    AgentSession session = opened();
    AgentSession known = afterOne(session);
    RecordedTurn hit = asleep(known);
    kill(everything(session));
    // A gateway that is gone supervises no turn, and kills nothing that its successor starts.
    hit.await();

    try (AgentSessions restarted = fixture.restarted()) {
      restarted.endOrphans(List.of(session.sessionId()));
      assertEquals("heard two", said(restarted, known, "two").text());
      assertTrue(remembered("one"));
      leavesNothing(restarted, known);
    }
  }

  @Test
  void a_lost_conversation_is_reported_by_a_new_id() throws Exception {
    AgentSession session = opened();
    RecordedTurn first = fixture.turn(session, "one");
    AgentSession known = after(session, first);
    fixture.runner.endOrphans(List.of(session.sessionId()));
    PrivateFiles.delete(fixture.work(session).resolveSibling("config").resolve("projects"));

    RecordedTurn second = fixture.turn(known, "two");
    assertEquals("heard two", second.text());
    assertEquals(1, second.conversations.size());
    assertNotEquals(first.conversations, second.conversations);
    assertFalse(remembered("one"));
    leavesNothing(fixture.runner, after(known, second));
  }

  @Test
  void a_session_survives_a_driver_that_is_closed_during_its_turn() throws Exception {
    AgentSession session = opened();
    AgentSession known = afterOne(session);
    RecordedTurn hit = asleep(known);

    fixture.runner.close();
    assertInstanceOf(AgentOutcome.Cancelled.class, hit.await().outcome());
    assertEquals(Map.of(), fixture.processes(session));
    try (AgentSessions restarted = fixture.restarted()) {
      assertEquals("heard two", said(restarted, known, "two").text());
      assertTrue(remembered("one"));
      leavesNothing(restarted, known);
    }
  }

  @Test
  void an_answer_is_known_after_an_immediate_restart_of_the_gateway() throws Exception {
    List<AgentSession> sessions = List.of(opened(), opened(), opened());
    List<RecordedTurn> firsts =
        sessions.stream().map(known -> fixture.prompt(known, "one")).toList();
    for (RecordedTurn first : firsts) {
      first.await();
    }

    fixture.runner.close();
    try (AgentSessions restarted = fixture.restarted()) {
      for (int i = 0; i < sessions.size(); i++) {
        AgentSession known = after(sessions.get(i), firsts.get(i));
        assertEquals("heard two", said(restarted, known, "two").text());
        assertTrue(remembered("one"));
        leavesNothing(restarted, known);
      }
    }
  }

  @Test
  void a_turn_of_a_dead_gateway_is_ended_and_its_session_goes_on() throws Exception {
    AgentSession session = opened();
    AgentSession known = afterOne(session);
    RecordedTurn hit = asleep(known);

    try (AgentSessions restarted = fixture.restarted()) {
      restarted.endOrphans(List.of(session.sessionId()));
      assertEquals(Map.of(), fixture.processes(session));
      // The dead gateway would not hear it: an adapter that is asked to end may say "cancelled".
      AgentOutcome unheard = hit.await().outcome();
      assertFalse(unheard instanceof AgentOutcome.Completed, unheard::toString);
      assertEquals("heard two", said(restarted, known, "two").text());
      assertTrue(remembered("one"));
      leavesNothing(restarted, known);
    }
  }

  @Test
  void a_session_that_is_closed_in_a_turn_takes_the_turns_tools_with_it() throws Exception {
    AgentSession session = opened();
    AgentSession known = afterOne(session);
    RecordedTurn hit = asleep(known);

    leavesNothing(fixture.runner, known);
    assertInstanceOf(AgentOutcome.Cancelled.class, hit.await().outcome());
  }

  @Test
  @Timeout(300)
  void eight_sessions_at_once_keep_to_themselves() throws Exception {
    List<AgentSession> sessions = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      sessions.add(opened());
    }
    List<RecordedTurn> firsts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      firsts.add(fixture.prompt(sessions.get(i), "first of " + i, Duration.ofMinutes(2)));
    }
    for (int i = 0; i < 8; i++) {
      assertEquals("heard first of " + i, firsts.get(i).await().text());
    }
    List<RecordedTurn> seconds = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      AgentSession known = after(sessions.get(i), firsts.get(i));
      seconds.add(fixture.prompt(known, "second of " + i, Duration.ofMinutes(2)));
    }
    for (int i = 0; i < 8; i++) {
      String second = "second of " + i;
      assertEquals("heard " + second, seconds.get(i).await().text());
      String messages = messages(last(second));
      for (int other = 0; other < 8; other++) {
        assertEquals(other == i, messages.contains("first of " + other), messages);
      }
    }
    System.out.println(
        "EIGHT "
            + firsts.stream().map(RecordedTurn::took).toList()
            + seconds.stream().map(RecordedTurn::took).toList());
    for (AgentSession session : sessions) {
      leavesNothing(fixture.runner, session);
    }
  }

  private AgentSession opened() {
    AgentSession session = session();
    fixture.runner.open(session);
    return session;
  }

  private AgentSession afterOne(AgentSession session) throws InterruptedException {
    RecordedTurn first = fixture.turn(session, "one");
    inTranscript(session, "heard one");
    return after(session, first);
  }

  /** Claude records the conversation within 20 ms (agent-facts.md, 1.9); no kill comes earlier. */
  private void inTranscript(AgentSession session, String text) throws InterruptedException {
    Path projects = fixture.work(session).resolveSibling("config").resolve("projects");
    SessionFixture.await(
        "it is in the transcript",
        () -> {
          if (!Files.exists(projects)) {
            return false;
          }
          try (Stream<Path> files = Files.walk(projects)) {
            return files.anyMatch(
                file ->
                    file.toString().contains(session.sessionId())
                        && file.toString().endsWith(".jsonl")
                        && read(file).contains(text));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A turn whose tool runs. */
  private RecordedTurn asleep(AgentSession session) throws InterruptedException {
    RecordedTurn turn = fixture.prompt(session, "sleep");
    SessionFixture.await(
        "the tool runs",
        () ->
            fixture.processes(session).getOrDefault(Role.TOOL, List.of()).stream()
                .anyMatch(tool -> SessionFixture.commandLine(tool).contains("sleep 300")));
    inTranscript(session, "sleep 300");
    return turn;
  }

  private List<ProcessHandle> running(AgentSession session, Role role) {
    List<ProcessHandle> running = fixture.processes(session).getOrDefault(role, List.of());
    assertEquals(1, running.size(), () -> role + " in " + fixture.processes(session));
    return running;
  }

  private List<ProcessHandle> everything(AgentSession session) {
    return fixture.processes(session).values().stream().flatMap(Collection::stream).toList();
  }

  private static void kill(List<ProcessHandle> processes) throws InterruptedException {
    processes.forEach(ProcessHandle::destroyForcibly);
    SessionFixture.await("they are gone", () -> processes.stream().noneMatch(Running::runs));
  }

  private void goesOn(AgentSession known, String earlier) throws InterruptedException {
    RecordedTurn next = fixture.turn(known, "two");
    assertEquals("heard two", next.text());
    assertTrue(remembered(earlier));
    assertEquals(List.of(String.valueOf(known.conversationId())), next.conversations);
    assertFalse(next.events.toString().contains("Session not found"));
    leavesNothing(fixture.runner, known);
  }

  private RecordedTurn said(AgentSessions runner, AgentSession session, String text)
      throws InterruptedException {
    RecordedTurn turn = new RecordedTurn();
    return turn.of(runner.prompt(session, new Prompt(text, List.of(), SessionFixture.LONG), turn))
        .await();
  }

  private boolean remembered(String earlier) {
    String messages = messages(fixture.model.requests().getLast());
    return messages.contains("\"" + earlier + "\"") && messages.contains("heard " + earlier);
  }

  private ModelRequest last(String said) {
    return fixture.model.requests().stream()
        .filter(request -> SessionFixture.lastLine(request).equals(said))
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  private static String messages(ModelRequest request) {
    return request.body().path("messages").toString();
  }

  private void leavesNothing(AgentSessions runner, AgentSession session)
      throws InterruptedException {
    runner.close(session);
    SessionFixture.await("nothing is left", () -> fixture.processes(session).isEmpty());
  }
}

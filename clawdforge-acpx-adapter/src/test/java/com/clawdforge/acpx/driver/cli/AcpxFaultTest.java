package com.clawdforge.acpx.driver.cli;

import static com.clawdforge.acpx.session.TestSessions.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.driver.SessionFixture;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the driver handles an acpx that misbehaves; a shell script takes its place. */
@Tag("agent")
@Timeout(60)
final class AcpxFaultTest {
  private static final String PROMPT =
      "echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session/prompt\","
          + "\"params\":{\"sessionId\":\"c\"}}'\n";
  private static final String TEXT =
      "echo '{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"sessionId\":\"c\","
          + "\"update\":{\"sessionUpdate\":\"agent_message_chunk\",\"content\":{\"type\":\"text\","
          + "\"text\":\"hello\"}}}}'\n";
  private static final String COST =
      "echo '{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"sessionId\":\"c\","
          + "\"update\":{\"sessionUpdate\":\"usage_update\",\"cost\":{\"amount\":0.25,"
          + "\"currency\":\"USD\"}}}}'\n";
  private static final String RESULT =
      "echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"stopReason\":\"end_turn\"}}'\n";

  @TempDir Path temp;

  @Test
  void a_turn_that_writes_without_end_fails_and_is_ended() throws Exception {
    AgentSession session = session();
    String flood =
        "line=$(head -c 1000000 /dev/zero | tr '\\0' a)\nwhile :; do echo \"\\\"$line\\\"\"; done";
    try (SessionFixture fixture = SessionFixture.onProgram(temp, PROMPT + flood)) {
      AgentOutcome.Failed failed =
          assertInstanceOf(AgentOutcome.Failed.class, turn(fixture, session).outcome());
      assertTrue(
          failed.message().startsWith("the agent wrote more than 67108864 bytes"), failed::message);
      assertEquals(Map.of(), fixture.processes(session));
    }
  }

  @Test
  void an_answer_whose_message_has_an_id_like_the_agents_own_is_an_answer() throws Exception {
    String text =
        TEXT.replace(
            "\"content\"", "\"messageId\":\"0b5c3b1e-9d1f-4d0a-8f5e-2f6f1d0c9a11\",\"content\"");
    String script = PROMPT + text + told("\"subtype\":\"success\",\"result\":\"hello\"") + RESULT;
    try (SessionFixture fixture = SessionFixture.onProgram(temp, script)) {
      AgentOutcome outcome = turn(fixture, session()).outcome();
      assertEquals(
          "hello",
          assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString).text());
    }
  }

  @Test
  void a_turn_that_fails_has_its_cost() throws Exception {
    String refused =
        "echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"no more\"}}'\n";
    String script =
        PROMPT + COST + told("\"subtype\":\"error_max_turns\",\"is_error\":true") + refused;
    try (SessionFixture fixture = SessionFixture.onProgram(temp, script)) {
      AgentOutcome outcome = turn(fixture, session()).outcome();
      assertInstanceOf(AgentOutcome.Failed.class, outcome, outcome::toString);
      assertEquals("0.25", String.valueOf(outcome.report().costUsd()));
    }
  }

  @Test
  void a_provider_that_fails_after_a_word_of_the_model_may_have_had_effects() throws Exception {
    String busy =
        told(
            "\"subtype\":\"success\",\"is_error\":true,\"api_error_status\":529,\"result\":\"busy\"");
    for (String before : List.of("", TEXT)) {
      Path place = Files.createTempDirectory(temp, "place");
      try (SessionFixture fixture =
          SessionFixture.onProgram(place, PROMPT + before + busy + RESULT)) {
        AgentOutcome.Failed failed =
            assertInstanceOf(AgentOutcome.Failed.class, turn(fixture, session()).outcome());
        assertEquals(AgentFailure.PROVIDER_OVERLOADED, failed.failure());
        assertEquals(before.equals(TEXT), failed.retry().acted());
      }
    }
  }

  // Claude Code's own result, as its adapter passes it on.
  private static String told(String members) {
    return "echo '{\"jsonrpc\":\"2.0\",\"method\":\"_claude/sdkMessage\",\"params\":{"
        + "\"sessionId\":\"c\",\"message\":{\"type\":\"result\","
        + members
        + "}}}'\n";
  }

  @Test
  void what_is_no_message_is_passed_over_and_the_result_ends_the_turn() throws Exception {
    AgentSession session = session();
    String script =
        "echo 'not json'; echo '[1]'\n"
            + PROMPT
            + "echo '{\"jsonrpc\":'; echo; printf '\\377\\376\\n'\n"
            + TEXT
            + RESULT
            + "exec sleep 344";
    try (SessionFixture fixture = SessionFixture.onProgram(temp, script)) {
      RecordedTurn turn = turn(fixture, session);
      assertEquals("hello", turn.text());
      assertEquals(2, turn.events.size());
      assertTrue(turn.took().compareTo(Duration.ofSeconds(5)) < 0, () -> "took " + turn.took());
      SessionFixture.await("it is reaped", () -> fixture.processes(session).isEmpty());
    }
  }

  /** As on a machine that is so busy that acpx gives up waiting for its own process. */
  @ParameterizedTest
  @CsvSource({"3, true", "4, false"})
  void a_turn_survives_an_acpx_whose_own_process_does_not_start_three_times(
      int failures, boolean answered) throws Exception {
    String script =
        "n=$(($(cat tries 2>/dev/null || echo 0) + 1)); echo $n > tries\n"
            + "if [ $n -le "
            + failures
            + " ]; then echo '{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32603,"
            + "\"message\":\"Session queue owner failed to start for session c\","
            + "\"data\":{\"acpxCode\":\"RUNTIME\"}}}'; exit 1; fi\n"
            + PROMPT
            + TEXT
            + RESULT;
    try (SessionFixture fixture = SessionFixture.onProgram(temp, script)) {
      AgentOutcome outcome = turn(fixture, session()).outcome();

      assertEquals(
          answered, outcome instanceof AgentOutcome.Completed, () -> String.valueOf(outcome));
    }
  }

  @Test
  void an_acpx_that_ends_without_a_word_of_the_agents_is_quoted() throws Exception {
    try (SessionFixture fixture =
        SessionFixture.onProgram(temp, PROMPT + "echo 'out of luck' >&2; exit 7")) {
      AgentOutcome.Failed failed =
          assertInstanceOf(AgentOutcome.Failed.class, turn(fixture, session()).outcome());
      assertEquals(AgentFailure.FAILED, failed.failure());
      assertTrue(
          failed.message().startsWith("acpx ended without an answer: out of luck"),
          failed::message);
    }
  }

  @Test
  void a_lost_conversation_is_no_failure_once_the_agent_has_the_prompt() throws Exception {
    String lost =
        "echo '{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32002,\"message\":\"Not here\"}}'\n";
    try (SessionFixture fixture = SessionFixture.onProgram(temp, lost + PROMPT + "exit 1")) {
      AgentOutcome.Failed failed =
          assertInstanceOf(AgentOutcome.Failed.class, turn(fixture, session()).outcome());
      assertTrue(failed.message().startsWith("acpx ended without an answer"), failed::message);
    }
    try (SessionFixture fixture = SessionFixture.onProgram(temp, lost + "exit 1")) {
      AgentOutcome.Failed failed =
          assertInstanceOf(AgentOutcome.Failed.class, turn(fixture, session()).outcome());
      assertTrue(failed.message().startsWith("Not here"), failed::message);
    }
  }

  @Test
  void a_turn_whose_agent_has_deleted_the_sessions_directory_is_answered() throws Exception {
    String script = PROMPT + "rm -rf \"$PWD\"\n" + TEXT + COST + RESULT;
    AgentSession session = session();
    try (SessionFixture fixture = SessionFixture.onProgram(temp, script)) {
      assertEquals("hello", turn(fixture, session).text());
      assertEquals("hello", fixture.turn(session, "again").text());
    }
  }

  @Test
  void a_turn_whose_agent_has_deleted_the_sessions_directory_can_be_cancelled() throws Exception {
    String script = PROMPT + "rm -rf \"$PWD\"\n" + TEXT + "exec sleep 345";
    AgentSession session = session();
    try (SessionFixture fixture = SessionFixture.onProgram(temp, script)) {
      fixture.runner.open(session);
      RecordedTurn turn = fixture.prompt(session, "go");
      SessionFixture.await("it has begun", () -> !turn.events.isEmpty());
      turn.run().cancel();

      assertInstanceOf(
          AgentOutcome.Cancelled.class, turn.await().outcome(), () -> "" + turn.outcome());
      assertEquals(Map.of(), fixture.processes(session));
    }
  }

  @Test
  void files_that_never_end_hold_no_turn_up() throws Exception {
    String script =
        PROMPT
            + "rm -f cost acpx-record mcp.json; mkfifo cost mcp.json; ln -s /dev/zero acpx-record\n"
            + TEXT
            + COST
            + RESULT;
    AgentSession session = session();
    try (SessionFixture fixture = SessionFixture.onProgram(temp, script)) {
      for (int i = 0; i < 2; i++) {
        fixture.runner.open(session);
        assertEquals("hello", fixture.turn(session, "go").text());
      }
    }
  }

  @Test
  void a_turn_whose_time_is_over_before_it_begins_does_not_reach_the_agent() throws Exception {
    AgentSession session = knownToAcpx();
    try (SessionFixture fixture =
        SessionFixture.onProgram(temp, "touch prompted\n" + PROMPT + RESULT)) {
      fixture.runner.open(session);
      RecordedTurn late = fixture.prompt(session, "go", Duration.ofNanos(1)).await();

      assertInstanceOf(AgentOutcome.TimedOut.class, late.outcome(), () -> "" + late.outcome());
      Path cwd = fixture.settings.folders().of(session).notes();
      assertFalse(Files.exists(cwd.resolve("prompted")));
    }
  }

  private static AgentSession knownToAcpx() {
    AgentSession session = session();
    return new AgentSession(
        session.sessionId(),
        session.agent(),
        session.model(),
        session.system(),
        session.permissions(),
        session.allowedTools(),
        session.maxTurns(),
        "11111111-0000-4000-8000-000000000000");
  }

  private static RecordedTurn turn(SessionFixture fixture, AgentSession session) throws Exception {
    fixture.runner.open(session);
    return fixture.turn(session, "go");
  }
}

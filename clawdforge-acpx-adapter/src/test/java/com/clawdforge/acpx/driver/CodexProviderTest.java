package com.clawdforge.acpx.driver;

import static com.clawdforge.acpx.driver.SessionFixture.after;
import static com.clawdforge.acpx.session.TestSessions.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.ProviderLimit;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a turn of codex makes of what the provider says and does. */
@Tag("agent")
@Timeout(120)
final class CodexProviderTest {
  private static final String ONCE_MORE = "stream_max_retries = 1";
  private final Instant reset =
      Instant.now().plus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);

  @TempDir Path temp;

  /** What a provider may do instead of answering. */
  private record Fault(String prompt, ModelReply reply, AgentFailure failure, String words) {}

  private final List<Fault> faults =
      List.of(
          new Fault(
              "a limit that is used up",
              limitReached(),
              AgentFailure.USAGE_LIMIT_REACHED,
              "usage limit"),
          new Fault(
              "a quota that is used up",
              ModelReply.errorAfter("", "insufficient_quota", "You exceeded your current quota"),
              AgentFailure.USAGE_LIMIT_REACHED,
              "Quota exceeded"),
          new Fault(
              "requests that come too fast",
              ModelReply.error(429, "rate_limit_exceeded", "slow down"),
              AgentFailure.USAGE_LIMIT_REACHED,
              "429"),
          new Fault(
              "a stream that comes too fast",
              ModelReply.errorAfter("", "rate_limit_exceeded", "Rate limit reached."),
              AgentFailure.USAGE_LIMIT_REACHED,
              "Rate limit reached."),
          new Fault(
              "an overloaded provider",
              ModelReply.error(529, "overloaded_error", "Overloaded"),
              AgentFailure.PROVIDER_OVERLOADED,
              "answered 529, 2 times"),
          new Fault(
              "a provider without capacity",
              ModelReply.errorAfter("", "server_is_overloaded", "overloaded"),
              AgentFailure.PROVIDER_OVERLOADED,
              "at capacity"),
          new Fault(
              "a broken provider",
              ModelReply.error(500, "server_error", "boom"),
              AgentFailure.PROVIDER_OVERLOADED,
              "in trouble, 2 times"),
          new Fault(
              "a stream that is cut",
              ModelReply.cutAfter("half"),
              AgentFailure.PROVIDER_UNREACHABLE,
              "no answer, 2 times"),
          new Fault(
              "a wrong key",
              ModelReply.error(401, "invalid_api_key", "wrong key"),
              AgentFailure.UNAUTHENTICATED,
              "wrong key"),
          new Fault(
              "a page of something between",
              ModelReply.html(403, "<html><title>Attention Required!</title></html>"),
              AgentFailure.UNAUTHENTICATED,
              "Attention Required!"),
          new Fault(
              "a request that is wrong",
              ModelReply.error(400, "invalid_request_error", "no such thing"),
              AgentFailure.FAILED,
              "no such thing"),
          new Fault(
              "a conversation that is too long",
              ModelReply.errorAfter("", "context_length_exceeded", "too long"),
              AgentFailure.FAILED,
              "context window"));

  private ModelReply limitReached() {
    return ModelReply.error(429, "usage_limit_reached", "The usage limit has been reached", used());
  }

  // Codex's provider tells a subscriber's usage in these.
  private Map<String, String> used() {
    String renewed = Long.toString(reset.getEpochSecond());
    return Map.of(
        "x-codex-primary-used-percent", "100",
        "x-codex-primary-window-minutes", "300",
        "x-codex-primary-reset-at", renewed,
        "x-codex-secondary-used-percent", "40",
        "x-codex-secondary-window-minutes", "10080",
        "x-codex-secondary-reset-at", renewed);
  }

  @Test
  void a_turn_without_an_answer_says_why_and_the_session_goes_on() throws Exception {
    AgentSession session = session("codex");
    Map<String, ModelReply> replies =
        faults.stream().collect(Collectors.toMap(Fault::prompt, Fault::reply));
    Script script =
        request -> Objects.requireNonNull(replies.get(SessionFixture.lastLine(request)));
    try (SessionFixture fixture = SessionFixture.startForCodex(temp, script, ONCE_MORE)) {
      fixture.runner.open(session);
      for (Fault fault : faults) {
        RecordedTurn turn = fixture.turn(session, fault.prompt);
        AgentOutcome.Failed failed = failed(turn);

        assertEquals(fault.failure, failed.failure(), failed::toString);
        assertTrue(failed.message().contains(fault.words), failed::message);
        assertFalse(failed.message().contains("127.0.0.1"), failed::message);
        session = after(session, turn);
      }
      fixture.runner.close(session);
    }
  }

  @Test
  void a_limit_that_is_used_up_tells_when_it_is_renewed() throws Exception {
    AgentSession session = session("codex");
    Script script = Script.sequence(limitReached(), ModelReply.text("now"));
    try (SessionFixture fixture = SessionFixture.startForCodex(temp, script, ONCE_MORE)) {
      fixture.runner.open(session);
      RecordedTurn turn = fixture.turn(session, "go");
      AgentOutcome.Failed failed = failed(turn);

      assertEquals(Optional.of("five_hour"), Optional.ofNullable(failed.retry().limit()));
      assertEquals(Optional.of(reset), Optional.ofNullable(failed.retry().notBefore()));
      assertFalse(failed.retry().acted());
      assertEquals(
          List.of(
              new ProviderLimit("five_hour", ProviderLimit.REJECTED, 1.0, reset),
              new ProviderLimit("seven_day", "allowed", 0.4, reset)),
          failed.report().details().limits());
      assertEquals("now", fixture.turn(after(session, turn), "again").text());
      fixture.runner.close(session);
    }
  }

  @Test
  void a_provider_that_is_not_there_is_not_waited_for() throws Exception {
    AgentSession session = session("codex");
    String nowhere = "base_url = \"http://127.0.0.1:1\"\n" + ONCE_MORE;
    try (SessionFixture fixture =
        SessionFixture.startForCodex(temp, Script.always(ModelReply.text("unused")), nowhere)) {
      fixture.runner.open(session);
      AgentOutcome.Failed failed = failed(fixture.turn(session, "go"));

      assertEquals(AgentFailure.PROVIDER_UNREACHABLE, failed.failure(), failed::toString);
      assertTrue(failed.message().contains("no answer, 2 times"), failed::message);
      fixture.runner.close(session);
    }
  }

  @Test
  void whether_tools_ran_before_is_told() throws Exception {
    AgentSession session = session("codex");
    ModelReply tool =
        ModelReply.toolUse(
            "exec", TextNode.valueOf("text(await tools.exec_command({cmd: 'echo here'}))"));
    Script script =
        Script.sequence(tool, ModelReply.errorAfter("", "server_is_overloaded", "overloaded"));
    try (SessionFixture fixture = SessionFixture.startForCodex(temp, script, ONCE_MORE)) {
      fixture.runner.open(session);
      AgentOutcome.Failed failed = failed(fixture.turn(session, "go"));

      assertEquals(AgentFailure.PROVIDER_OVERLOADED, failed.failure(), failed::toString);
      assertTrue(failed.retry().acted());
      fixture.runner.close(session);
    }
  }

  @Test
  void what_was_asked_again_is_in_the_report_and_not_in_the_text() throws Exception {
    AgentSession session = session("codex");
    Script script = Script.sequence(ModelReply.cutAfter("HALF"), ModelReply.text("WHOLE"));
    try (SessionFixture fixture = SessionFixture.startForCodex(temp, script, ONCE_MORE)) {
      fixture.runner.open(session);
      RecordedTurn turn = fixture.turn(session, "go");

      assertEquals("WHOLE", turn.text());
      assertEquals(1, turn.outcome().report().details().retries().size());
      fixture.runner.close(session);
    }
  }

  @Test
  void an_answer_is_not_judged_by_its_words() throws Exception {
    String words =
        "Authentication required. unexpected status 401 Unauthorized: Invalid API key."
            + " Selected model is at capacity. thread not found";
    AgentSession session = session("codex");
    try (SessionFixture fixture =
        SessionFixture.startForCodex(temp, Script.always(ModelReply.text(words)))) {
      fixture.runner.open(session);
      RecordedTurn first = fixture.turn(session, "go");
      assertEquals(words, first.text());
      assertEquals(words, fixture.turn(after(session, first), "again").text());
      fixture.runner.close(session);
    }
  }

  @Test
  void a_turn_without_tools_asks_the_model_once() throws Exception {
    AgentSession session = session("codex");
    try (SessionFixture fixture =
        SessionFixture.startForCodex(temp, Script.always(ModelReply.text("Here you are.")))) {
      fixture.runner.open(session);
      RecordedTurn first =
          fixture.turn(session, "What is the answer to the question of all questions?");
      AgentSession known = after(session, first);
      fixture.turn(known, "And how many roads must a man walk down, please?");
      fixture.runner.endOrphans(List.of(session.sessionId()));
      fixture.turn(known, "What do you get if you multiply six by nine, then?");
      // What it asked for by itself after a turn came in before the next.
      assertEquals(0, fixture.model.titleRequests());
      assertEquals(3, fixture.model.requests().size());
      assertFalse(String.join("", first.events).contains("clawdforge"), first.events::toString);
      fixture.runner.close(known);
    }
  }

  private static AgentOutcome.Failed failed(RecordedTurn turn) {
    return assertInstanceOf(
        AgentOutcome.Failed.class, turn.outcome(), () -> turn.outcome().toString());
  }
}

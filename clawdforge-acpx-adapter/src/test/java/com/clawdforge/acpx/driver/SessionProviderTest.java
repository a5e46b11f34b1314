package com.clawdforge.acpx.driver;

import static com.clawdforge.acpx.driver.SessionFixture.after;
import static com.clawdforge.acpx.session.TestSessions.session;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.program.ProviderFault;
import com.clawdforge.acpx.turn.RecordedTurn;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.ProviderLimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a turn makes of what the provider says and does. */
@Tag("agent")
@Timeout(240)
final class SessionProviderTest {
  private static final Script OK = Script.always(ModelReply.text("Here you are."));

  private static final byte[] PNG =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

  @TempDir Path temp;

  static ProviderFault[] faults() {
    return ProviderFault.all();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void a_turn_without_an_answer_says_why(ProviderFault fault) throws Exception {
    AgentSession session = session();
    try (SessionFixture fixture =
        SessionFixture.start(temp, fault.script(), SessionFixture.LONG, fault.variables())) {
      fixture.runner.open(session);
      AgentOutcome outcome = fixture.turn(session, "go").outcome();
      if (fault.failure() == AgentFailure.REFUSED) {
        AgentOutcome.Completed done =
            assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
        assertEquals("refusal", done.report().stopReason());
        return;
      }
      AgentOutcome.Failed failed =
          assertInstanceOf(AgentOutcome.Failed.class, outcome, outcome::toString);

      assertEquals(fault.failure(), failed.failure(), failed::message);
      assertTrue(failed.message().contains(fault.words()), failed::message);
      assertFalse(failed.message().contains("ede_diagnostic"), failed::message);
      assertFalse(failed.message().contains("127.0.0.1"), failed::message);
      assertEquals(Optional.ofNullable(fault.limit()), Optional.ofNullable(failed.retry().limit()));
      if (fault.limit() != null) {
        assertEquals(
            Optional.of(ProviderFault.RESET), Optional.ofNullable(failed.retry().notBefore()));
        assertEquals(
            ProviderLimit.REJECTED, failed.report().details().limits().getFirst().status());
      }
    }
  }

  @Test
  void a_wait_that_is_longer_than_the_turn_may_take_ends_it_at_once() throws Exception {
    AgentSession session = session();
    ModelReply later =
        ModelReply.error(429, "rate_limit_error", "later", Map.of("retry-after", "50"));
    Script script = Script.sequence(later, ModelReply.text("now"));
    try (SessionFixture fixture = SessionFixture.start(temp, script)) {
      fixture.runner.open(session);
      Instant start = Instant.now();
      RecordedTurn turn = fixture.prompt(session, "go", Duration.ofSeconds(40)).await();
      AgentOutcome.Failed failed = assertInstanceOf(AgentOutcome.Failed.class, turn.outcome());

      assertEquals(AgentFailure.USAGE_LIMIT_REACHED, failed.failure(), failed::message);
      Instant notBefore = Optional.ofNullable(failed.retry().notBefore()).orElseThrow();
      assertTrue(notBefore.isAfter(start.plusSeconds(45)), notBefore::toString);
      assertEquals("now", fixture.turn(after(session, turn), "again").text());
      fixture.runner.close(session);
    }
  }

  @Test
  void an_image_that_is_cut_off_or_refused_fails_the_turn_and_not_the_session() throws Exception {
    AgentSession session = session();
    Script script =
        request ->
            request.body().toString().contains("\"image\"")
                ? ModelReply.error(400, "invalid_request_error", "Could not process image")
                : ModelReply.text("I see nothing.");
    try (SessionFixture fixture = SessionFixture.start(temp, script)) {
      fixture.runner.open(session);
      for (byte[] image : List.of(Arrays.copyOf(PNG, PNG.length - 20), PNG)) {
        RecordedTurn turn =
            fixture.prompt(session, "look", SessionFixture.file("an image.png", image)).await();
        AgentOutcome.Failed failed =
            assertInstanceOf(AgentOutcome.Failed.class, turn.outcome(), () -> "" + turn.outcome());
        assertEquals(AgentFailure.INPUT_INVALID, failed.failure(), failed::message);
        session = after(session, turn);
      }
      assertEquals("I see nothing.", fixture.turn(session, "and now?").text());
      fixture.runner.close(session);
    }
  }

  @Test
  void an_answer_is_not_judged_by_its_words() throws Exception {
    String words = "Please run /login. Authentication required: API Error: 401. Not logged in";
    AgentSession session = session();
    try (SessionFixture fixture =
        SessionFixture.start(temp, Script.always(ModelReply.text(words)))) {
      fixture.runner.open(session);
      RecordedTurn first = fixture.turn(session, "go");
      assertEquals(words, first.text());
      assertEquals(words, fixture.turn(after(session, first), "again").text());
      fixture.runner.close(session);
    }
  }

  @Test
  void a_turn_without_tools_asks_the_model_once() throws Exception {
    AgentSession session = session();
    try (SessionFixture fixture = SessionFixture.start(temp, OK)) {
      fixture.runner.open(session);
      RecordedTurn first =
          fixture.turn(session, "What is the answer to the question of all questions?");
      AgentSession known = after(session, first);
      fixture.turn(known, "And how many roads must a man walk down, please?");
      fixture.runner.endOrphans(List.of(session.sessionId()));
      fixture.turn(known, "What do you get if you multiply six by nine, then?");
      // Closing awaits whatever the agent does on its own.
      fixture.runner.close(known);

      assertEquals(3, fixture.model.requests().size());
    }
  }

  @Test
  void what_was_asked_again_is_in_the_report_and_not_in_the_text() throws Exception {
    AgentSession session = session();
    Script script =
        Script.sequence(
            ModelReply.error(529, "overloaded_error", "Overloaded"), ModelReply.text("WHOLE"));
    try (SessionFixture fixture = SessionFixture.start(temp, script)) {
      fixture.runner.open(session);
      RecordedTurn turn = fixture.turn(session, "go");
      AgentOutcome.Completed done =
          assertInstanceOf(AgentOutcome.Completed.class, turn.outcome(), () -> "" + turn.outcome());

      assertEquals("WHOLE", done.text());
      assertEquals(
          1, turn.events.stream().filter(event -> event.contains("\"api_retry\"")).count());
      assertEquals(529, done.report().details().retries().getFirst().status());
      fixture.runner.close(session);
    }
  }

  @Test
  void an_agent_that_is_awake_gets_a_login_that_was_repaired() throws Exception {
    AgentSession session = session();
    try (SessionFixture fixture =
        SessionFixture.start(temp, OK, SessionFixture.LONG, Map.of("ANTHROPIC_API_KEY", ""))) {
      Path state = fixture.home.resolve(".claude.json");
      Files.writeString(state, "{\"primaryApiKey\":\"sk-ant-the-first\"}");
      fixture.runner.open(session);
      RecordedTurn first = fixture.turn(session, "one");
      Files.writeString(state, "{\"primaryApiKey\":\"sk-ant-the-second\"}");
      RecordedTurn second = fixture.turn(after(session, first), "two");

      assertEquals(first.conversations, second.conversations);
      assertEquals(
          List.of("sk-ant-the-first", "sk-ant-the-second"),
          fixture.model.requests().stream()
              .map(request -> request.header("x-api-key").orElse("none"))
              .toList());
      fixture.runner.close(after(session, first));
    }
  }

  @Test
  void a_session_goes_on_without_what_was_refused() throws Exception {
    AgentSession session = session();
    // As with a real provider, the message is refused as long as it is in the conversation.
    Script script =
        request ->
            request.userTexts().stream().anyMatch(text -> text.contains("forbidden"))
                ? ModelReply.refusal("")
                : ModelReply.text("heard " + SessionFixture.lastLine(request));
    try (SessionFixture fixture = SessionFixture.start(temp, script)) {
      fixture.runner.open(session);
      RecordedTurn first = fixture.turn(session, "one");
      AgentSession known = after(session, first);
      RecordedTurn refused = fixture.turn(known, "forbidden");
      assertEquals("refusal", refused.outcome().report().stopReason());
      assertEquals(List.of(), refused.outcome().report().details().warnings());
      RecordedTurn next = fixture.turn(known, "two");
      assertEquals("heard two", next.text());
      assertEquals(first.conversations, next.conversations);
      assertEquals(List.of("one", "two"), fixture.model.requests().getLast().userTexts());

      fixture.runner.endOrphans(List.of(session.sessionId()));
      assertEquals("heard three", fixture.turn(known, "three").text());
      assertEquals(List.of("one", "two", "three"), fixture.model.requests().getLast().userTexts());
      fixture.runner.close(known);
    }
  }

  @Test
  void a_session_whose_first_prompt_is_refused_begins_anew() throws Exception {
    AgentSession session = session();
    Script script =
        request ->
            request.userTexts().stream().anyMatch(text -> text.contains("forbidden"))
                ? ModelReply.refusal("")
                : ModelReply.text("heard " + SessionFixture.lastLine(request));
    try (SessionFixture fixture = SessionFixture.start(temp, script)) {
      fixture.runner.open(session);
      RecordedTurn refused = fixture.turn(session, "forbidden");
      assertEquals("refusal", refused.outcome().report().stopReason());
      AgentSession known = after(session, refused);
      assertEquals("heard two", fixture.turn(known, "two").text());
      fixture.runner.close(known);
    }
  }
}

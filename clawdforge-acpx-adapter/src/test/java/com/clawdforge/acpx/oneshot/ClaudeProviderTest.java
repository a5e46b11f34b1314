package com.clawdforge.acpx.oneshot;

import static com.clawdforge.acpx.oneshot.ClaudeFixture.shot;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply;
import com.clawdforge.acpx.offline.Script;
import com.clawdforge.acpx.program.ProviderFault;
import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.ProviderLimit;
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

/** What a run makes of what the provider says and does. */
@Tag("agent")
@Timeout(120)
final class ClaudeProviderTest {
  private static final byte[] PNG =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

  /** Refuses images as the provider does, and answers what comes without one. */
  private static final Script NO_IMAGES =
      request ->
          request.body().toString().contains("\"image\"")
              ? ModelReply.error(400, "invalid_request_error", "Could not process image")
              : ModelReply.text("I see nothing.");

  @TempDir Path temp;

  static ProviderFault[] faults() {
    return ProviderFault.all();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void a_run_without_an_answer_says_why(ProviderFault fault) throws Exception {
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, fault.script(), fault.variables())) {
      AgentOutcome.Failed failed = failed(claude.run(shot("go").timeout(Duration.ofSeconds(20))));

      assertEquals(fault.failure(), failed.failure(), failed::message);
      assertTrue(failed.message().contains(fault.words()), failed::message);
      assertFalse(failed.message().contains("ede_diagnostic"), failed::message);
      assertFalse(failed.message().contains("127.0.0.1"), failed::message);
      assertEquals(Optional.ofNullable(fault.limit()), limit(failed));
      assertFalse(failed.retry().acted());
      if (fault.limit() != null) {
        assertEquals(Optional.of(ProviderFault.RESET), notBefore(failed));
        ProviderLimit told = failed.report().details().limits().getFirst();
        assertEquals(
            fault.limit() + " " + ProviderLimit.REJECTED, told.window() + " " + told.status());
      }
    }
  }

  @Test
  void a_wait_that_is_longer_than_the_run_may_take_ends_it_at_once() throws Exception {
    for (int status : List.of(429, 529)) {
      ModelReply later =
          ModelReply.error(status, "some_error", "later", Map.of("retry-after", "30"));
      try (ClaudeFixture claude = ClaudeFixture.claude(temp, Script.always(later))) {
        Instant start = Instant.now();
        AgentOutcome.Failed failed = failed(claude.run(shot("go").timeout(Duration.ofSeconds(15))));

        assertEquals(
            status == 429 ? AgentFailure.USAGE_LIMIT_REACHED : AgentFailure.PROVIDER_OVERLOADED,
            failed.failure());
        Instant notBefore = notBefore(failed).orElseThrow();
        assertTrue(notBefore.isAfter(start.plusSeconds(25)), notBefore::toString);
        assertTrue(notBefore.isBefore(start.plusSeconds(50)), notBefore::toString);
        assertTrue(Duration.between(start, Instant.now()).toSeconds() < 15);
        assertEquals(1, claude.model.requests().size());
      }
    }
  }

  @Test
  void an_image_that_is_cut_off_is_refused_before_the_run() throws Exception {
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, NO_IMAGES)) {
      AgentOutcome.Failed failed =
          failed(claude.run(shot("go").file("cut.png", Arrays.copyOf(PNG, PNG.length - 20))));

      assertEquals(AgentFailure.INPUT_INVALID, failed.failure());
      assertTrue(failed.message().contains("cut.png"), failed::message);
      assertEquals(List.of(), claude.model.requests());
    }
  }

  @Test
  void an_image_that_the_provider_refuses_is_no_answer_without_it() throws Exception {
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, NO_IMAGES)) {
      AgentOutcome.Failed failed = failed(claude.run(shot("go").file("odd.png", PNG)));

      assertEquals(AgentFailure.INPUT_INVALID, failed.failure(), failed::message);
    }
  }

  @Test
  void an_answer_is_not_judged_by_its_words() throws Exception {
    String words = "Please run /login. Authentication required: API Error: 401. Not logged in";
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, Script.always(ModelReply.text(words)))) {
      assertEquals(words, completed(claude.run(shot("go"))).text());
    }
  }

  @Test
  void a_run_without_tools_asks_the_model_once() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.claude(temp, Script.always(ModelReply.text("The answer is 42.")))) {
      completed(claude.run(shot("What is the answer to the question of all questions?")));

      assertEquals(1, claude.model.requests().size());
    }
  }

  @Test
  void an_answer_that_the_model_pauses_is_completed() throws Exception {
    Script script =
        Script.sequence(
            ModelReply.message("pause_turn", new ModelReply.Block.Text("half and ")),
            ModelReply.text("half"));
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, script)) {
      AgentOutcome.Completed done = completed(claude.run(shot("go")));

      assertEquals("half and half", done.text());
      assertEquals("end_turn", done.report().stopReason());
      assertEquals(2, claude.model.requests().size());
    }
  }

  @Test
  void a_model_that_only_pauses_is_not_asked_for_ever() throws Exception {
    try (ClaudeFixture claude =
        ClaudeFixture.claude(
            temp,
            Script.always(ModelReply.message("pause_turn", new ModelReply.Block.Text("more, "))))) {
      AgentOutcome.Completed done = completed(claude.run(shot("go")));

      assertEquals("pause_turn", done.report().stopReason());
      assertEquals(9, claude.model.requests().size());
    }
  }

  @Test
  void processes_that_a_tool_leaves_running_are_told() throws Exception {
    Script script =
        Script.sequence(
            ModelReply.toolUse(
                "Bash", Map.of("command", "setsid nohup sleep 361 >/dev/null 2>&1 & echo ok")),
            ModelReply.text("done"));
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, script)) {
      List<String> warnings =
          completed(claude.run(shot("go").tools("Bash"))).report().details().warnings();

      assertEquals(1, warnings.size(), warnings::toString);
      assertTrue(warnings.getFirst().contains("left 1 process running"), warnings::toString);
    }
  }

  @Test
  void what_was_asked_again_is_in_the_report() throws Exception {
    Script script =
        Script.sequence(
            ModelReply.error(529, "overloaded_error", "Overloaded"), ModelReply.text("at last"));
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, script)) {
      AgentOutcome.Completed done = completed(claude.run(shot("go")));

      assertEquals("at last", done.text());
      assertEquals(529, done.report().details().retries().getFirst().status());
      assertEquals("completed", done.report().details().terminalReason());
    }
  }

  @Test
  void what_each_model_used_is_in_the_report() throws Exception {
    try (ClaudeFixture claude = ClaudeFixture.claude(temp, Script.always(ModelReply.text("ok")))) {
      AgentOutcome.Completed done = completed(claude.run(shot("go")));

      List<AgentDetails.ModelUse> models = done.report().details().models();
      // Older ones do not tell what belongs to which result.
      if (claude.events.getLast().toString().contains("model_usage_since_last_result")) {
        assertEquals(1, models.size());
        assertEquals(done.report().usage(), models.getFirst().usage());
        assertEquals(done.report().costUsd(), models.getFirst().costUsd());
      } else {
        assertEquals(List.of(), models);
      }
    }
  }

  private static Optional<String> limit(AgentOutcome.Failed failed) {
    return Optional.ofNullable(failed.retry().limit());
  }

  private static Optional<Instant> notBefore(AgentOutcome.Failed failed) {
    return Optional.ofNullable(failed.retry().notBefore());
  }

  private static AgentOutcome.Failed failed(AgentOutcome outcome) {
    return assertInstanceOf(AgentOutcome.Failed.class, outcome, outcome::toString);
  }

  private static AgentOutcome.Completed completed(AgentOutcome outcome) {
    return assertInstanceOf(AgentOutcome.Completed.class, outcome, outcome::toString);
  }
}

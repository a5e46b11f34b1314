package com.clawdforge.client.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.client.ForgeAgentException;
import com.clawdforge.client.ForgeApiException;
import com.clawdforge.client.ForgeAuthenticationException;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.ForgeTimeoutException;
import com.clawdforge.client.ForgeTransportException;
import com.clawdforge.client.ForgeUsageLimitException;
import com.clawdforge.client.RunEvent;
import com.clawdforge.client.RunRequest;
import com.clawdforge.client.RunResult;
import com.clawdforge.client.RunStream;
import com.clawdforge.client.TokenShares;
import com.clawdforge.client.TokenUsage;
import com.clawdforge.client.Usage;
import com.clawdforge.client.WorkState;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FakeRunTest {
  private final FakeGateway gateway = FakeGateway.start();
  private final ForgeClient forge = gateway.client();

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void without_a_script_the_agent_repeats_the_prompt() {
    assertEquals("You said: hello", forge.run("hello").asText());
  }

  @Test
  void answers_come_in_order_and_the_last_one_again_and_again() {
    gateway.answerRuns("one", "two");

    assertEquals("one", forge.run("a").asText());
    assertEquals("two", forge.run("b").asText());
    assertEquals("two", forge.run("c").asText());
    assertEquals(List.of("a", "b", "c"), gateway.runs().stream().map(PromptCall::prompt).toList());
  }

  @Test
  void a_run_has_the_usage_cost_warnings_and_stop_reason_of_its_answer() {
    gateway.answerRuns(
        FakeAnswer.text("ok")
            .usage(new Usage(1, 2, 3, 4))
            .costUsd(new BigDecimal("0.25"))
            .stopReason("max_tokens")
            .warnings("cut off"));
    RunResult result = forge.run("hello");

    assertEquals(new Usage(1, 2, 3, 4), result.usage());
    assertEquals(new BigDecimal("0.25"), result.costUsd());
    assertEquals("max_tokens", result.stopReason());
    assertEquals(List.of("cut off"), result.warnings());

    gateway.answerRuns(FakeAnswer.text("ok").usage(null).costUsd(null));
    RunResult frugal = forge.run("hello");
    assertNull(frugal.usage());
    assertNull(frugal.costUsd());
  }

  @Test
  void the_use_of_the_app_has_what_its_answers_cost_and_the_limits_to_show() {
    gateway
        .showLimits(new TokenShares(2, null, null, new BigDecimal("1"), null, null))
        .answerRuns(
            FakeAnswer.text("ok").costUsd(new BigDecimal("0.25")),
            FakeAnswer.text("ok").costUsd(null));
    forge.run("one");
    forge.run("two");
    forge.session().turn("three");
    forge.upload("a", new ByteArrayInputStream(new byte[7]));

    TokenUsage usage = forge.usage();

    BigDecimal turn = Objects.requireNonNull(FakeAnswer.text("ok").costUsd());
    assertEquals(new BigDecimal("0.25").add(turn), usage.spentTodayUsd());
    assertEquals(new BigDecimal("0.75").subtract(turn), usage.leftTodayUsd());
    assertEquals(2, usage.placesLeft());
    assertEquals(1, usage.openSessions());
    assertEquals(7, usage.storageBytes());
    assertNull(usage.sessionsLeft());
  }

  record Recipe(String name, List<String> steps) {}

  @Test
  void a_record_is_answered_as_json_and_a_text_is_not_valid() {
    Recipe pancakes = new Recipe("pancakes", List.of("mix", "fry"));
    gateway.answerRuns(FakeAnswer.json(pancakes), FakeAnswer.text("no idea"));

    assertEquals(pancakes, forge.run(RunRequest.of("cook"), Recipe.class));
    ForgeAgentException e =
        assertThrows(
            ForgeAgentException.class, () -> forge.run(RunRequest.of("cook"), Recipe.class));
    assertEquals("agent_output_invalid", e.code());
  }

  @Test
  void a_text_that_is_json_arrives_as_json() {
    gateway.answerRuns("{\"qty\": 2}");

    assertEquals(2, forge.run("how many?").json().path("qty").intValue());
  }

  @Test
  void a_refused_run_fails_at_once_and_a_client_with_retries_tries_again() {
    gateway.answerRuns(FakeAnswer.atCapacity(Duration.ofSeconds(7)));
    ForgeApiException e = assertThrows(ForgeApiException.class, () -> forge.run("hello"));
    assertEquals("at_capacity", e.code());
    assertEquals(Duration.ofSeconds(7), e.retryAfter());
    assertEquals(List.of(), forge.runs(10));

    gateway.answerRuns(FakeAnswer.error("shutting_down", "back soon"), FakeAnswer.text("there"));
    try (ForgeClient patient = gateway.clientBuilder().build()) {
      assertEquals("there", patient.run("hello").asText());
    }
    assertEquals(3, gateway.runs().size());
  }

  @Test
  void a_reached_limit_names_itself_and_its_reset() {
    Instant reset = Instant.parse("2030-01-02T03:04:05Z");
    gateway.answerRuns(FakeAnswer.usageLimit("five_hour", reset));

    ForgeUsageLimitException e =
        assertThrows(ForgeUsageLimitException.class, () -> forge.run("hello"));
    assertEquals("five_hour", e.limit());
    assertEquals(reset, e.resetsAt());
    assertEquals(WorkState.FAILED, forge.runs(1).get(0).state());
  }

  @Test
  void an_error_that_the_gateway_does_not_have_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> FakeAnswer.error("no_such_code", "no"));
    FakeAnswer good = FakeAnswer.text("good");
    assertThrows(IllegalStateException.class, () -> good.retryAfter(Duration.ofSeconds(1)));
  }

  @Test
  void a_slow_answer_meets_the_timeout_of_the_request() {
    gateway.answerRuns(FakeAnswer.text("late").after(Duration.ofMillis(1_100)));
    RunRequest brief = RunRequest.builder().prompt("go").timeout(Duration.ofSeconds(1)).build();

    assertThrows(ForgeTimeoutException.class, () -> forge.run(brief));
    assertEquals("late", forge.run("go").asText());
  }

  @Test
  void a_stream_delivers_tools_pieces_and_messages_of_the_test() {
    gateway.answerRuns(
        FakeAnswer.text("a", "b")
            .toolCall("Read", "read")
            .event(Wire.object().put("type", "mine")));
    List<String> seen = new ArrayList<>();
    try (RunStream run = forge.stream(RunRequest.of("go"))) {
      for (RunEvent event : run) {
        if (event instanceof RunEvent.Text text) {
          seen.add(text.text());
        } else if (event instanceof RunEvent.ToolCall call) {
          seen.add(call.name());
        } else if (event instanceof RunEvent.ToolResult result) {
          seen.add("failed " + result.failed());
        } else {
          seen.add(event.raw().path("type").asText());
        }
      }
      assertEquals("ab", run.result().asText());
      assertEquals(new BigDecimal("0.01"), run.result().costUsd());
    }
    assertEquals(List.of("Read", "failed false", "mine", "a", "b", "result"), seen);
  }

  @Test
  void a_stream_whose_connection_breaks_delivers_each_event_once() {
    gateway.answerRuns(FakeAnswer.text("a", "b", "c").breaksAfter(2));
    StringBuilder said = new StringBuilder();
    try (RunStream run = forge.stream(RunRequest.of("go"))) {
      for (RunEvent event : run) {
        if (event instanceof RunEvent.Text text) {
          said.append(text.text());
        }
      }
    }

    assertEquals("abc", said.toString());
    assertEquals(1, gateway.runs().size());
    assertEquals(2, gateway.requests().size());
  }

  @Test
  void a_broken_connection_fails_a_call_without_retries_but_not_the_run() {
    gateway.answerRuns(FakeAnswer.text("done").breaksAfter(0));
    RunRequest request = RunRequest.builder().prompt("go").idempotencyKey("k").build();

    assertThrows(ForgeTransportException.class, () -> forge.run(request));
    assertEquals("done", forge.run(request).asText());
    assertEquals(1, gateway.runs().size());
    RunRequest other = RunRequest.builder().prompt("stop").idempotencyKey("k").build();
    ForgeApiException e = assertThrows(ForgeApiException.class, () -> forge.run(other));
    assertEquals("idempotency_conflict", e.code());
  }

  @Test
  void the_test_sees_the_files_and_the_settings_of_a_run() {
    byte[] content = "süß\r\n--forge".getBytes(StandardCharsets.UTF_8);
    var file = forge.upload("nötig.txt", new ByteArrayInputStream(content), Duration.ofMinutes(5));
    assertEquals(Duration.ofMinutes(5), file.ttl());
    forge.run(
        RunRequest.builder()
            .prompt("read")
            .file(file)
            .model("haiku")
            .system("Be brief.")
            .timeout(Duration.ofSeconds(9))
            .build());

    PromptCall call = gateway.runs().get(0);
    assertEquals(
        List.of(new SentFile("nötig.txt", "süß\r\n--forge", content.length)), call.files());
    assertEquals("haiku", call.model());
    assertEquals("Be brief.", call.system());
    assertEquals(Duration.ofSeconds(9), call.timeout());
    assertNull(call.jsonSchema());
    assertNotNull(call.idempotencyKey());
    RecordedRequest posted = gateway.requests().get(1);
    assertEquals("POST /run", posted.method() + " " + posted.path());
    assertEquals("Bearer " + gateway.token(), posted.header("authorization"));
    assertEquals("haiku", posted.json().path("model").asText());
    assertThrows(IllegalStateException.class, () -> gateway.requests().get(0).json());
  }

  @Test
  void a_file_that_was_never_uploaded_is_not_found() {
    RunRequest request = RunRequest.builder().prompt("read").file("ff_9").build();

    ForgeApiException e = assertThrows(ForgeApiException.class, () -> forge.run(request));
    assertEquals("not_found", e.code());
  }

  @Test
  void what_the_tests_function_throws_reaches_the_app() {
    gateway.onRun(
        call -> {
          assertEquals("expected", call.prompt());
          return FakeAnswer.text("ok");
        });

    ForgeApiException e = assertThrows(ForgeApiException.class, () -> forge.run("actual"));
    assertEquals("internal_error", e.code());
    assertTrue(e.detail().contains("expected"), e.detail());
  }

  @Test
  void lists_have_pages() {
    for (int i = 0; i < 203; i++) {
      forge.start(RunRequest.of("p" + i));
    }

    assertEquals(203, forge.runs(500).size());
    assertEquals("run-203", forge.runs(1).get(0).runId());
  }

  @Test
  void closing_the_gateway_ends_what_waits() throws Exception {
    gateway.answerRuns(FakeAnswer.waits());
    CompletableFuture<RunResult> waiting = forge.runAsync("go");
    while (forge.runs(1).isEmpty()) {
      Thread.onSpinWait();
    }

    gateway.close();

    ExecutionException e =
        assertThrows(ExecutionException.class, () -> waiting.get(10, TimeUnit.SECONDS));
    assertEquals("shutting_down", assertInstanceOf(ForgeApiException.class, e.getCause()).code());
    assertThrows(IllegalStateException.class, () -> forge.run("more"));
  }

  @Test
  void another_token_is_refused() {
    try (ForgeClient stranger = gateway.clientBuilder().token("cf_other").build()) {
      assertThrows(ForgeAuthenticationException.class, () -> stranger.run("hello"));
    }
    assertEquals(List.of(), gateway.runs());
  }

  @Test
  @SuppressWarnings("NullAway") // the mistake that is tested
  void a_function_that_returns_null_is_an_error_that_says_so() {
    gateway.onRun(call -> null);

    ForgeApiException e = assertThrows(ForgeApiException.class, () -> forge.run("hello"));

    assertEquals("internal_error", e.code());
    assertEquals("the test's function returned null", e.detail());
  }
}

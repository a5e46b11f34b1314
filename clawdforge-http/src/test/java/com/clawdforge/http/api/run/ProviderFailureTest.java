package com.clawdforge.http.api.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.http.kit.TestServer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failures of the model's provider, and of what it was sent. */
final class ProviderFailureTest {
  private static final String PROMPT = "{\"prompt\":\"p\"}";
  private static final Instant FAR = Instant.parse("9999-01-02T03:04:05.678Z");

  private static TestServer failing(AgentFailure failure, RetryAdvice retry) {
    return TestServer.with(
        FakeAgentRunner.scripted(o -> FakeRun.fails(failure, "it broke", "tail", retry)));
  }

  private static RetryAdvice until(@Nullable Instant notBefore) {
    return new RetryAdvice(notBefore, null, false);
  }

  @Test
  void a_usage_limit_is_429_with_the_time_of_its_reset() throws Exception {
    RetryAdvice retry = new RetryAdvice(FAR, "seven_day", false);
    try (TestServer forge = failing(AgentFailure.USAGE_LIMIT_REACHED, retry)) {
      HttpResponse<String> answer = forge.run(PROMPT);

      assertEquals(429, answer.statusCode());
      assertEquals(
          List.of(
              "type",
              "title",
              "status",
              "detail",
              "ok",
              "code",
              "error",
              "request_id",
              "duration_ms",
              "stop_reason",
              "stderr_tail",
              "resets_at",
              "limit"),
          forge.members(answer));
      JsonNode problem = forge.json(answer);
      assertEquals("usage_limit_reached", problem.get("code").textValue());
      assertEquals("9999-01-02T03:04:05.678Z", problem.get("resets_at").textValue());
      assertEquals("seven_day", problem.get("limit").textValue());
      assertTrue(retryAfter(answer) > Duration.ofDays(365_000).toSeconds());
      assertEquals(Optional.of("false"), shouldRetry(answer));
      assertEquals(
          "{\"code\":\"usage_limit_reached\",\"detail\":\"it broke\",\"stderr_tail\":\"tail\","
              + "\"resets_at\":\"9999-01-02T03:04:05.678Z\",\"limit\":\"seven_day\"}",
          recorded(forge, answer).get("error").toString());
    }
  }

  @Test
  void a_usage_limit_that_is_reset_within_a_minute_may_be_retried() throws Exception {
    try (TestServer forge =
        failing(AgentFailure.USAGE_LIMIT_REACHED, until(Instant.now().plusSeconds(50)))) {
      HttpResponse<String> answer = forge.run(PROMPT);

      assertTrue(retryAfter(answer) > 0 && retryAfter(answer) <= 50, answer.headers()::toString);
      assertEquals(Optional.empty(), shouldRetry(answer));
      assertFalse(forge.json(answer).has("limit"));
    }
  }

  @Test
  void a_usage_limit_whose_reset_is_unknown_may_be_retried_after_a_minute() throws Exception {
    try (TestServer forge = failing(AgentFailure.USAGE_LIMIT_REACHED, RetryAdvice.NONE)) {
      HttpResponse<String> answer = forge.run(PROMPT);

      assertEquals(60, retryAfter(answer));
      assertEquals(Optional.empty(), shouldRetry(answer));
      assertFalse(forge.json(answer).has("resets_at"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PROVIDER_OVERLOADED, provider_overloaded",
    "PROVIDER_UNREACHABLE, provider_unreachable",
  })
  void a_provider_in_trouble_is_503_and_may_be_asked_again(AgentFailure failure, String code)
      throws Exception {
    try (TestServer forge = failing(failure, new RetryAdvice(null, "five_hour", false))) {
      HttpResponse<String> answer = forge.run(PROMPT);

      assertEquals(503, answer.statusCode());
      assertEquals(code, forge.json(answer).get("code").textValue());
      assertEquals(30, retryAfter(answer));
      assertEquals(Optional.empty(), shouldRetry(answer));
      assertFalse(forge.json(answer).has("limit"), "that is for the limits of the account");
    }
  }

  @Test
  void a_time_that_the_provider_named_and_that_has_passed_is_a_second() throws Exception {
    try (TestServer forge = failing(AgentFailure.PROVIDER_OVERLOADED, until(Instant.EPOCH))) {
      assertEquals(1, retryAfter(forge.run(PROMPT)));
    }
  }

  @ParameterizedTest
  @CsvSource({"USAGE_LIMIT_REACHED", "PROVIDER_OVERLOADED", "PROVIDER_UNREACHABLE"})
  void what_the_model_has_begun_is_not_to_be_retried_blindly(AgentFailure failure)
      throws Exception {
    try (TestServer forge = failing(failure, new RetryAdvice(null, null, true))) {
      assertEquals(Optional.of("false"), shouldRetry(forge.run(PROMPT)));
    }
  }

  @Test
  void a_refusal_is_422_and_says_so() throws Exception {
    try (TestServer forge = failing(AgentFailure.REFUSED, RetryAdvice.NONE)) {
      HttpResponse<String> answer = forge.run(PROMPT);

      assertEquals(422, answer.statusCode());
      JsonNode problem = forge.json(answer);
      assertEquals("refused", problem.get("code").textValue());
      assertEquals("refusal", problem.get("stop_reason").textValue());
      assertEquals(Optional.of("false"), shouldRetry(answer));
      assertEquals("refusal", recorded(forge, answer).get("stop_reason").textValue());
    }
  }

  @Test
  void a_file_that_the_provider_rejects_is_422_and_names_the_files() throws Exception {
    try (TestServer forge = failing(AgentFailure.INPUT_INVALID, RetryAdvice.NONE)) {
      HttpResponse<String> answer = forge.run(PROMPT);

      assertEquals(422, answer.statusCode());
      assertEquals("invalid_request", forge.json(answer).get("code").textValue());
      assertEquals("files", forge.json(answer).get("field").textValue());
      assertEquals(Optional.of("false"), shouldRetry(answer));
      assertEquals("files", recorded(forge, answer).at("/error/field").textValue());
    }
  }

  @Test
  void a_stream_ends_with_the_same_problem() throws Exception {
    RetryAdvice retry = new RetryAdvice(FAR, "five_hour", false);
    try (TestServer forge = failing(AgentFailure.USAGE_LIMIT_REACHED, retry)) {
      String stream = forge.run(PROMPT, r -> r.header("Accept", "text/event-stream")).body();

      assertTrue(
          stream.contains("\"resets_at\":\"9999-01-02T03:04:05.678Z\",\"limit\":\"five_hour\"}"),
          stream);
    }
  }

  private static JsonNode recorded(TestServer forge, HttpResponse<String> answer) throws Exception {
    String runId = answer.headers().firstValue("X-Clawdforge-Run-Id").orElseThrow();
    return forge.json(forge.get("/runs/" + runId));
  }

  private static long retryAfter(HttpResponse<String> answer) {
    return answer.headers().firstValueAsLong("Retry-After").orElseThrow();
  }

  private static Optional<String> shouldRetry(HttpResponse<String> answer) {
    return answer.headers().firstValue("x-should-retry");
  }
}

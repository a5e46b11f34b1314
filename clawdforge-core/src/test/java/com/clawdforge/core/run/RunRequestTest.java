package com.clawdforge.core.run;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunRequestTest {
  private static final long MAX_BYTES = 100;

  @Test
  void a_plain_prompt_is_enough() {
    accepted(TestRunRequest.of("hi"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t \u2003"})
  void a_blank_prompt_is_refused(String prompt) {
    invalid("prompt", TestRunRequest.of(prompt));
  }

  @ParameterizedTest
  @ValueSource(chars = {'\ud83d', '\ude00'})
  void half_of_a_surrogate_pair_is_refused(char half) {
    invalid("prompt", TestRunRequest.of("a" + half));
    invalid("system", TestRunRequest.of("a").system("b" + half));
    accepted(TestRunRequest.of("😀").system("😀"));
  }

  @Test
  void prompts_are_measured_in_bytes_of_utf_8() {
    accepted(TestRunRequest.of("é".repeat(50)).system("é".repeat(50)));
    tooLarge(TestRunRequest.of("é".repeat(50) + "x"));
    tooLarge(TestRunRequest.of("x").system("é".repeat(51)));
    assertEquals(4, TestRunRequest.of("😀").request().promptBytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sonnet",
        "claude-sonnet-4-5-20250929",
        "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "arn:aws:bedrock:us-east-2:123:inference-profile/x",
        "claude-sonnet-4@20250514",
        "sonnet[1m]"
      })
  void model_ids_of_all_providers_pass(String model) {
    accepted(TestRunRequest.of("x").model(model));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-p", "--model", ".x", "a b", "a\n", "a;b", "é", "a\0"})
  void other_models_are_refused(String model) {
    invalid("model", TestRunRequest.of("x").model(model));
  }

  @Test
  void a_model_has_at_most_256_characters() {
    accepted(TestRunRequest.of("x").model("m".repeat(256)));
    invalid("model", TestRunRequest.of("x").model("m".repeat(257)));
  }

  @Test
  void at_most_a_hundred_files_pass() {
    accepted(TestRunRequest.of("x").files(Collections.nCopies(100, "ff_a")));
    invalid("files", TestRunRequest.of("x").files(Collections.nCopies(101, "ff_a")));
  }

  @Test
  void a_timeout_is_from_a_second_to_an_hour() {
    accepted(TestRunRequest.of("x").timeout(Duration.ofSeconds(1)));
    accepted(TestRunRequest.of("x").timeout(Duration.ofHours(1)));
    invalid("timeout_secs", TestRunRequest.of("x").timeout(Duration.ZERO));
    invalid("timeout_secs", TestRunRequest.of("x").timeout(Duration.ofSeconds(-5)));
    invalid("timeout_secs", TestRunRequest.of("x").timeout(Duration.ofSeconds(3601)));
  }

  @Test
  void a_budget_is_more_than_nothing() {
    accepted(TestRunRequest.of("x").maxBudgetUsd("0.000001"));
    invalid("max_budget_usd", TestRunRequest.of("x").maxBudgetUsd("0"));
    invalid("max_budget_usd", TestRunRequest.of("x").maxBudgetUsd("-1"));
  }

  @Test
  void no_tools_and_named_tools_pass() {
    accepted(TestRunRequest.of("x").tools());
    accepted(TestRunRequest.of("x").tools("Read", "Bash", "mcp__a__b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--x", "Read,Bash", "Bash(rm *)", "a b", "1a"})
  void other_tools_are_refused(String tool) {
    invalid("tools", TestRunRequest.of("x").tools("Read", tool));
  }

  @Test
  void the_text_of_a_request_contains_no_prompt() {
    String shown = TestRunRequest.of("secret prompt").system("secret system").request().toString();
    assertFalse(shown.contains("secret"), shown);
  }

  private static void accepted(TestRunRequest asking) {
    assertDoesNotThrow(() -> asking.request().check(MAX_BYTES));
  }

  private static void invalid(String field, TestRunRequest asking) {
    Refusal refusal =
        assertRefused(ErrorCode.INVALID_REQUEST, () -> asking.request().check(MAX_BYTES));
    assertEquals(field, refusal.field());
  }

  private static void tooLarge(TestRunRequest asking) {
    assertRefused(ErrorCode.PAYLOAD_TOO_LARGE, () -> asking.request().check(MAX_BYTES));
  }
}

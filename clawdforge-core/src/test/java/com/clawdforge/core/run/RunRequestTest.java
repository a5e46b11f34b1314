package com.clawdforge.core.run;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
  void a_plain_prompt_is_enough_and_the_model_has_a_default() {
    RunRequest request = Asking.that("hi").request();
    accepted(Asking.that("hi"));
    assertEquals("sonnet", request.modelOrDefault());
    assertEquals("opus", Asking.that("hi").model("opus").request().modelOrDefault());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t \u2003"})
  void a_blank_prompt_is_refused(String prompt) {
    invalid("prompt", Asking.that(prompt));
  }

  @ParameterizedTest
  @ValueSource(chars = {'\ud83d', '\ude00'})
  void half_of_a_surrogate_pair_is_refused(char half) {
    invalid("prompt", Asking.that("a" + half));
    invalid("system", Asking.that("a").system("b" + half));
    accepted(Asking.that("😀").system("😀"));
  }

  @Test
  void prompts_are_measured_in_bytes_of_utf_8() {
    accepted(Asking.that("é".repeat(50)).system("é".repeat(50)));
    tooLarge(Asking.that("é".repeat(50) + "x"));
    tooLarge(Asking.that("x").system("é".repeat(51)));
    assertEquals(4, Asking.that("😀").request().promptBytes());
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
    accepted(Asking.that("x").model(model));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-p", "--model", ".x", "a b", "a\n", "a;b", "é", "a\0"})
  void other_models_are_refused(String model) {
    invalid("model", Asking.that("x").model(model));
  }

  @Test
  void a_model_has_at_most_256_characters() {
    accepted(Asking.that("x").model("m".repeat(256)));
    invalid("model", Asking.that("x").model("m".repeat(257)));
  }

  @Test
  void at_most_a_hundred_files_pass() {
    accepted(Asking.that("x").files(Collections.nCopies(100, "ff_a")));
    invalid("files", Asking.that("x").files(Collections.nCopies(101, "ff_a")));
  }

  @Test
  void a_timeout_is_from_a_second_to_an_hour() {
    accepted(Asking.that("x").timeout(Duration.ofSeconds(1)));
    accepted(Asking.that("x").timeout(Duration.ofHours(1)));
    invalid("timeout_secs", Asking.that("x").timeout(Duration.ZERO));
    invalid("timeout_secs", Asking.that("x").timeout(Duration.ofSeconds(-5)));
    invalid("timeout_secs", Asking.that("x").timeout(Duration.ofSeconds(3601)));
  }

  @Test
  void a_budget_is_more_than_nothing() {
    accepted(Asking.that("x").maxBudgetUsd("0.000001"));
    invalid("max_budget_usd", Asking.that("x").maxBudgetUsd("0"));
    invalid("max_budget_usd", Asking.that("x").maxBudgetUsd("-1"));
  }

  @Test
  void no_tools_and_named_tools_pass() {
    accepted(Asking.that("x").tools());
    accepted(Asking.that("x").tools("Read", "Bash", "mcp__a__b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--x", "Read,Bash", "Bash(rm *)", "a b", "1a"})
  void other_tools_are_refused(String tool) {
    invalid("tools", Asking.that("x").tools("Read", tool));
  }

  @Test
  void what_is_logged_of_a_request_holds_no_prompt() {
    String shown = Asking.that("secret prompt").system("secret system").request().toString();
    assertFalse(shown.contains("secret"), shown);
  }

  private static void accepted(Asking asking) {
    assertDoesNotThrow(() -> asking.request().check(MAX_BYTES));
  }

  private static void invalid(String field, Asking asking) {
    Refusal refusal = assertThrows(Refusal.class, () -> asking.request().check(MAX_BYTES));
    assertEquals(ErrorCode.INVALID_REQUEST, refusal.code());
    assertEquals(field, refusal.field());
  }

  private static void tooLarge(Asking asking) {
    Refusal refusal = assertThrows(Refusal.class, () -> asking.request().check(MAX_BYTES));
    assertEquals(ErrorCode.PAYLOAD_TOO_LARGE, refusal.code());
  }
}

package com.clawdforge.acpx.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.AgentFailure;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is concluded from messages of the CLI that it does not send on demand. */
class ClaudeNotesTest {
  private final ClaudeNotes notes = new ClaudeNotes();

  @Test
  void a_conversation_that_was_not_written_down_is_told() {
    add("\"type\":\"system\",\"subtype\":\"session_writes_lost\",\"error_code\":\"ENOSPC\"");

    String warning = notes.details().warnings().getFirst();
    assertTrue(warning.contains("could not write down"), warning);
    assertTrue(warning.contains("ENOSPC"), warning);
  }

  @ParameterizedTest
  @CsvSource({
    "gateway_signin_required,UNAUTHENTICATED",
    "org_pin_mismatch,UNAUTHENTICATED",
    "config_invalid,UNAVAILABLE"
  })
  void a_start_that_failed_is_told_by_its_reason(String reason, AgentFailure failure) {
    ClaudeLine.Result result =
        result(
            "\"subtype\":\"error_during_execution\",\"is_error\":true,\"errors\":[\"no such thing\"],"
                + "\"startup_failure_reason\":\""
                + reason
                + "\"");

    ProviderTrouble trouble = notes.trouble(result).orElseThrow();
    assertEquals(failure, trouble.failure());
    assertTrue(trouble.message().contains(reason), trouble::message);
    assertTrue(trouble.message().contains("no such thing"), trouble::message);
  }

  @Test
  void the_end_of_the_login_and_the_reason_of_the_end_are_reported() {
    result(
        "\"subtype\":\"success\",\"terminal_reason\":\"completed\","
            + "\"credential_expires_at\":\"2027-01-02T03:04:05Z\"");
    result("\"subtype\":\"success\",\"credential_expires_at\":\"soon\"");

    assertEquals(
        Optional.of(Instant.parse("2027-01-02T03:04:05Z")),
        Optional.ofNullable(notes.details().credentialExpiresAt()));
    assertEquals(Optional.empty(), Optional.ofNullable(notes.details().terminalReason()));
  }

  @Test
  void a_result_that_did_not_arrive_is_told_once() {
    result("\"subtype\":\"success\",\"result_index\":0");
    result("\"subtype\":\"success\",\"result_index\":1");
    assertEquals(List.of(), notes.details().warnings());

    result("\"subtype\":\"success\",\"result_index\":3");
    result("\"subtype\":\"success\",\"result_index\":4");
    assertEquals(List.of("claude sent a result that did not arrive"), notes.details().warnings());
  }

  @Test
  void a_session_that_goes_on_does_not_begin_its_results_with_the_first() {
    result("\"subtype\":\"success\",\"result_index\":7");
    result("\"subtype\":\"success\",\"result_index\":8");

    assertEquals(List.of(), notes.details().warnings());
  }

  @Test
  void the_models_of_all_results_are_told_with_what_they_cost() {
    String use =
        "\"subtype\":\"success\",\"modelUsage\":{\"m\":{\"inputTokens\":900,\"costUSD\":9}},"
            + "\"model_usage_since_last_result\":{\"m\":{\"inputTokens\":%d,\"outputTokens\":2,"
            + "\"costUSD\":%s}}";
    result(use.formatted(10, "0.25"));
    result(use.formatted(20, "0.5"));

    assertEquals(Optional.of(new BigDecimal("0.75")), notes.costUsd());
    assertEquals(
        List.of(10L, 20L),
        notes.details().models().stream()
            .map(AgentDetails.ModelUse::usage)
            .map(it -> it.inputTokens())
            .toList());
  }

  private ClaudeLine.Result result(String members) {
    return (ClaudeLine.Result) add("\"type\":\"result\"," + members);
  }

  private ClaudeLine add(String members) {
    ClaudeLine line =
        ClaudeLine.read(("{" + members + "}").getBytes(StandardCharsets.UTF_8)).orElseThrow();
    notes.add(line);
    return line;
  }
}

package com.clawdforge.core.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.error.ErrorCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class WorkErrorTest {
  @ParameterizedTest
  @CsvSource({
    "FAILED, AGENT_FAILED,",
    "UNAUTHENTICATED, AGENT_UNAUTHENTICATED,",
    "OUTPUT_INVALID, AGENT_OUTPUT_INVALID,",
    "BUDGET_EXHAUSTED, BUDGET_EXHAUSTED,",
    "UNAVAILABLE, AGENT_UNAVAILABLE,",
    "USAGE_LIMIT_REACHED, USAGE_LIMIT_REACHED,",
    "PROVIDER_OVERLOADED, PROVIDER_OVERLOADED,",
    "PROVIDER_UNREACHABLE, PROVIDER_UNREACHABLE,",
    "REFUSED, REFUSED,",
    "INPUT_INVALID, INVALID_REQUEST, files",
  })
  void a_failure_of_the_agent_has_a_code_and_sometimes_a_field(
      AgentFailure failure, ErrorCode code, @Nullable String field) {
    RetryAdvice retry = new RetryAdvice(Instant.EPOCH, "five_hour", true);

    assertEquals(
        new WorkError(code, "why", "tail", field, retry),
        WorkError.of(new AgentOutcome.Failed(failure, "why", "tail", AgentReport.NONE, retry)));
  }

  @ParameterizedTest
  @EnumSource(
      value = AgentFailure.class,
      names = {"USAGE_LIMIT_REACHED", "PROVIDER_OVERLOADED", "PROVIDER_UNREACHABLE"})
  void a_failure_of_the_provider_is_transient_unless_the_model_acted(AgentFailure failure) {
    assertTrue(error(failure, false).isTransient());
    assertFalse(error(failure, true).isTransient());
  }

  @Test
  void a_refusal_and_a_file_that_the_provider_rejects_are_not_transient() {
    assertFalse(error(AgentFailure.REFUSED, false).isTransient());
    assertFalse(error(AgentFailure.INPUT_INVALID, false).isTransient());
  }

  private static WorkError error(AgentFailure failure, boolean acted) {
    return WorkError.of(
        new AgentOutcome.Failed(
            failure, "why", "", AgentReport.NONE, new RetryAdvice(null, null, acted)));
  }
}

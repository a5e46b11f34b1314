package com.clawdforge.core.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AgentReportTest {
  @Test
  void the_cost_is_what_the_agent_reported() {
    BigDecimal cost = new BigDecimal("0.08328300000000001");

    assertEquals(cost, new AgentReport(null, null, null, cost).costUsd());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "1e-999999999", "-1e2147483647"})
  void a_cost_of_too_many_digits_is_dropped(String cost) {
    assertNull(new AgentReport(null, null, null, new BigDecimal(cost)).costUsd());
  }
}

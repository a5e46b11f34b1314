package com.clawdforge.core.work;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Usage;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorkEndTest {
  private static final AgentReport REPORT =
      new AgentReport(
          "model",
          "tool_use",
          new Usage(1, 2, 3, 4),
          BigDecimal.ONE,
          new AgentDetails(List.of(), List.of("a warning"), List.of(), "aborted", List.of(), null));

  @Test
  void a_cancelled_end_keeps_all_of_the_report_but_the_stop_reason() {
    WorkEnd end = WorkEnd.of(new AgentOutcome.Cancelled(REPORT), CancelReason.ASKED_FOR, "run");

    assertEquals(
        new AgentReport("model", "cancelled", REPORT.usage(), REPORT.costUsd(), REPORT.details()),
        end.report());
  }

  @Test
  void a_refusal_is_a_stop_reason_whatever_the_agent_called_it() {
    WorkEnd end =
        WorkEnd.of(new AgentOutcome.Failed(AgentFailure.REFUSED, "no", "", REPORT), null, "run");

    assertEquals("refusal", end.report().stopReason());
    assertEquals(REPORT.details(), end.report().details());
  }
}

package com.clawdforge.core.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.RetryAdvice;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.TestModelRequest;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ModelSpendingTest {
  private static final ModelUser RUN = new ModelUser(ModelUser.Kind.RUN, "1");
  private static final ModelUser OTHER = new ModelUser(ModelUser.Kind.SESSION, "1");

  private final ModelSpending spending = new ModelSpending();

  @Test
  void the_request_after_the_one_that_reaches_the_bound_is_refused_and_so_are_all_later_ones() {
    try (ModelSpending.Account account = open("0.5")) {
      spend("0.3");
      assertTrue(spending.hasMoney(RUN));
      spend("0.2");

      assertFalse(spending.hasMoney(RUN));
      assertFalse(spending.hasMoney(RUN));
      assertEquals(new BigDecimal("0.5"), account.spent());
    }
    assertTrue(spending.hasMoney(RUN), "it has no account any more");
  }

  @Test
  void each_has_an_account_of_its_own_and_whoever_has_none_is_free() {
    try (ModelSpending.Account one = open("0.5");
        ModelSpending.Account other = spending.open(OTHER, null, () -> null)) {
      spend("9");
      spending.over(TestModelRequest.costing(new ModelUser(ModelUser.Kind.SPARE, "x"), "9"));

      assertFalse(spending.hasMoney(RUN));
      assertTrue(spending.hasMoney(OTHER));
      assertEquals(BigDecimal.ZERO, other.spent());
      assertFalse(other.isMetered());
      assertTrue(one.isMetered());
    }
  }

  @Test
  void more_is_asked_for_when_the_bound_is_reached_until_there_is_no_more() {
    Deque<@Nullable BigDecimal> more =
        new ArrayDeque<>(Arrays.asList(new BigDecimal("2"), new BigDecimal("2.5")));
    try (ModelSpending.Account account = spending.open(RUN, BigDecimal.ONE, more::poll)) {
      spend("0.9");
      assertTrue(spending.hasMoney(RUN));
      assertEquals(2, more.size());
      spend("0.2");
      assertTrue(spending.hasMoney(RUN));
      assertEquals(1, more.size());
      spend("1.2");
      assertTrue(spending.hasMoney(RUN));
      spend("0.2");
      assertFalse(spending.hasMoney(RUN));
      assertEquals(new BigDecimal("2.5"), account.spent());
    }
  }

  @Test
  void work_that_fails_by_a_refusal_has_used_up_its_money_and_another_failure_stays_what_it_is() {
    AgentOutcome failed =
        new AgentOutcome.Failed(
            AgentFailure.FAILED, "API Error: 402", "tail", report("0.1"), RetryAdvice.NONE);
    try (ModelSpending.Account account = open("0.5")) {
      spend("0.6");
      AgentOutcome.Failed before =
          assertInstanceOf(AgentOutcome.Failed.class, account.outcome(failed, () -> "used up"));
      assertEquals(AgentFailure.FAILED, before.failure());

      assertFalse(spending.hasMoney(RUN));
      AgentOutcome.Failed after =
          assertInstanceOf(AgentOutcome.Failed.class, account.outcome(failed, () -> "used up"));
      assertEquals(AgentFailure.BUDGET_EXHAUSTED, after.failure());
      assertEquals("used up", after.message());
      assertEquals("tail", after.stderrTail());
      assertEquals(new BigDecimal("0.6"), after.report().costUsd());
    }
  }

  @Test
  void an_agent_that_came_to_its_end_has_counted_itself_and_one_that_was_stopped_maybe_not_all() {
    try (ModelSpending.Account account = open("9")) {
      spend("0.3");
      spend("0.1");

      assertEquals(
          new BigDecimal("0.1"),
          account
              .outcome(new AgentOutcome.Completed("ok", null, report("0.1")), () -> "")
              .report()
              .costUsd());
      assertEquals(
          new BigDecimal("0.4"),
          account.outcome(new AgentOutcome.Cancelled(report("0.1")), () -> "").report().costUsd());
      assertEquals(
          new BigDecimal("0.7"),
          account
              .outcome(new AgentOutcome.TimedOut("", report("0.7")), () -> "")
              .report()
              .costUsd());
      AgentReport unsaid =
          account.outcome(new AgentOutcome.TimedOut("", AgentReport.NONE), () -> "").report();
      assertEquals(new BigDecimal("0.4"), unsaid.costUsd());
      assertEquals(new Usage(24, 14, 0, 0), unsaid.usage());
    }
  }

  @Test
  void a_report_stays_what_it_is_where_nothing_was_spent_on_this_way() {
    try (ModelSpending.Account account = open("9")) {
      spending.over(ModelRequest.notSent(RUN, ModelRequest.Outcome.REFUSED));

      assertFalse(account.isMetered());
      assertSame(
          AgentReport.NONE,
          account.outcome(new AgentOutcome.Cancelled(AgentReport.NONE), () -> "").report());
    }
  }

  private ModelSpending.Account open(String most) {
    return spending.open(RUN, new BigDecimal(most), () -> null);
  }

  private void spend(String dollars) {
    spending.over(TestModelRequest.costing(RUN, dollars));
  }

  private static AgentReport report(String dollars) {
    return new AgentReport("m", "end_turn", null, new BigDecimal(dollars));
  }
}

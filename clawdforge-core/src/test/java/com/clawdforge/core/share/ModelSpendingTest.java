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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
        ModelSpending.Account other = spending.open(OTHER, null, missing -> null)) {
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
    try (ModelSpending.Account account =
        spending.open(RUN, BigDecimal.ONE, missing -> more.poll())) {
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
    }
    try (ModelSpending.Account account = open("0.5")) {
      spend("0.6");
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
  void no_work_has_cost_less_than_its_requests_whatever_its_agent_says() {
    try (ModelSpending.Account account = open("9")) {
      spend("0.3");
      spend("0.1");

      // A command of it has used its secret.
      assertEquals(new BigDecimal("0.4"), cost(account, completed("0.1")));
      assertEquals(new BigDecimal("0.7"), cost(account, completed("0.7")));
      assertEquals(new BigDecimal("0.4"), cost(account, new AgentOutcome.Cancelled(report("0.1"))));
      assertEquals(
          new BigDecimal("0.7"), cost(account, new AgentOutcome.TimedOut("", report("0.7"))));
      AgentReport unsaid =
          account.outcome(new AgentOutcome.TimedOut("", AgentReport.NONE), () -> "").report();
      assertEquals(new BigDecimal("0.4"), unsaid.costUsd());
      assertEquals(new Usage(24, 14, 0, 0), unsaid.usage());
      assertEquals(new BigDecimal("0.4"), account.withoutOutcome().costUsd());
    }
  }

  @Test
  void more_is_asked_for_until_it_suffices() {
    List<BigDecimal> missing = new ArrayList<>();
    BigDecimal bound = new BigDecimal("2");
    try (ModelSpending.Account account =
        spending.open(
            RUN,
            BigDecimal.ONE,
            told -> {
              missing.add(told);
              return missing.size() > 3 ? null : bound.multiply(new BigDecimal(missing.size()));
            })) {
      spend("4.5");

      assertTrue(spending.hasMoney(RUN));
      assertEquals(
          List.of(new BigDecimal("3.5"), new BigDecimal("2.5"), new BigDecimal("0.5")), missing);
      spend("2");
      assertFalse(spending.hasMoney(RUN));
      assertEquals(4, missing.size());
      assertEquals(new BigDecimal("6.5"), account.spent());
    }
  }

  @Test
  @Timeout(30)
  void what_is_over_is_counted_while_more_is_asked_for() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    try (ModelSpending.Account account =
        spending.open(
            RUN,
            BigDecimal.ONE,
            missing -> {
              asked.countDown();
              awaitQuietly(answer);
              return BigDecimal.TEN;
            })) {
      spend("1");
      CompletableFuture<Boolean> money =
          CompletableFuture.supplyAsync(() -> spending.hasMoney(RUN));
      asked.await();

      spend("0.5");

      assertEquals(new BigDecimal("1.5"), account.spent());
      answer.countDown();
      assertTrue(money.get());
    }
  }

  @Test
  void a_request_has_no_money_if_it_is_not_known_whether_there_is_more_and_the_next_may() {
    Deque<Boolean> broken = new ArrayDeque<>(List.of(true));
    try (ModelSpending.Account account =
        spending.open(
            RUN,
            BigDecimal.ONE,
            missing -> {
              if (broken.poll() != null) {
                throw new IllegalStateException("as a test wants it");
              }
              return BigDecimal.TEN;
            })) {
      spend("1");

      assertFalse(spending.hasMoney(RUN));
      assertTrue(spending.hasMoney(RUN));
      assertTrue(account.isMetered());
    }
  }

  @Test
  void requests_wait_while_those_under_way_may_take_all_that_is_left() {
    try (ModelSpending.Account account = open("1")) {
      assertTrue(spending.begins(RUN, new BigDecimal("5")), "the first one always may");
      assertFalse(spending.begins(RUN, new BigDecimal("0.1")));
      spend("0.2");
      spending.ended(RUN, new BigDecimal("5"));

      BigDecimal some = new BigDecimal("0.5");
      assertTrue(spending.begins(RUN, some));
      assertTrue(spending.begins(RUN, some));
      assertFalse(spending.begins(RUN, some));
      spending.ended(RUN, some);
      assertTrue(spending.begins(RUN, some));
      spending.ended(RUN, some);
      spending.ended(RUN, some);
      assertTrue(spending.hasMoney(RUN), "nothing is refused for good");
      assertEquals(new BigDecimal("0.2"), account.spent());
    }
  }

  @Test
  void a_turn_gets_more_for_requests_that_are_under_way() {
    List<BigDecimal> missing = new ArrayList<>();
    try (ModelSpending.Account account =
        spending.open(
            RUN,
            BigDecimal.ONE,
            told -> {
              missing.add(told);
              return missing.size() > 1 ? null : new BigDecimal("2");
            })) {
      BigDecimal some = new BigDecimal("1.1");
      assertTrue(spending.begins(RUN, some));
      assertTrue(spending.begins(RUN, some));
      assertEquals(List.of(new BigDecimal("0.1")), missing);
      assertFalse(spending.begins(RUN, some));
      assertTrue(spending.hasMoney(RUN));
      assertFalse(account.isMetered());
    }
  }

  @Test
  void a_session_asks_nothing_between_turns_unless_it_is_allowed_background_work() {
    assertFalse(spending.hasMoney(OTHER), "before its first turn");
    for (boolean background : new boolean[] {false, true, false}) {
      try (ModelSpending.Account turn = turn(background)) {
        assertTrue(spending.hasMoney(OTHER));
        cost(turn, completed("0.1"));
        assertEquals(background, spending.hasMoney(OTHER), "the agent has ended the turn");
      }
      assertEquals(background, spending.hasMoney(OTHER));
    }
    turn(true).close();
    spending.forget("1");
    assertFalse(spending.hasMoney(OTHER), "it is closed");
  }

  @Test
  void what_is_over_after_a_turn_is_the_sessions_and_counted_once() {
    try (ModelSpending.Account turn = turn(true)) {
      spending.over(TestModelRequest.costing(OTHER, "0.5"));
      assertEquals(new BigDecimal("0.5"), cost(turn, completed("0.1")));
      spending.over(TestModelRequest.costing(OTHER, "0.3"));
    }
    spending.over(TestModelRequest.costing(OTHER, "0.2"));

    // Its agent does not know what its commands have asked.
    assertEquals(new BigDecimal("0.5"), spending.takeBetweenTurns("1", new BigDecimal("0.1")));
    assertEquals(BigDecimal.ZERO, spending.takeBetweenTurns("1", null).stripTrailingZeros());
    assertEquals(new BigDecimal("0.1"), spending.takeBetweenTurns("1", new BigDecimal("0.1")));
    assertTrue(spending.hasMoney(OTHER), "it may still ask");
  }

  @Test
  void a_turn_that_has_no_outcome_leaves_what_it_spent_to_its_session() {
    try (ModelSpending.Account turn = turn(false)) {
      spending.over(TestModelRequest.costing(OTHER, "0.5"));
      assertTrue(turn.isMetered());
    }
    assertEquals(new BigDecimal("0.5"), spending.takeBetweenTurns("1", null));
  }

  @Test
  void what_a_turn_that_was_stopped_has_spent_is_not_paid_again_when_its_agent_says_it_later() {
    try (ModelSpending.Account turn = turn(false)) {
      spending.over(TestModelRequest.costing(OTHER, "0.5"));
      assertEquals(new BigDecimal("0.5"), cost(turn, new AgentOutcome.Cancelled(AgentReport.NONE)));
    }
    try (ModelSpending.Account turn = turn(false)) {
      spending.over(TestModelRequest.costing(OTHER, "0.2"));
      // Its total since the turn before the one that was cancelled.
      assertEquals(new BigDecimal("0.2"), cost(turn, completed("0.7")));
    }
    try (ModelSpending.Account turn = turn(false)) {
      spending.over(TestModelRequest.costing(OTHER, "0.2"));
      assertEquals(new BigDecimal("0.7"), cost(turn, completed("0.7")));
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
    return spending.open(RUN, new BigDecimal(most), missing -> null);
  }

  private void spend(String dollars) {
    spending.over(TestModelRequest.costing(RUN, dollars));
  }

  private ModelSpending.Account turn(boolean background) {
    return spending.openTurn("1", background, BigDecimal.TEN, missing -> null);
  }

  private static AgentOutcome completed(String dollars) {
    return new AgentOutcome.Completed("ok", null, report(dollars));
  }

  private static @Nullable BigDecimal cost(ModelSpending.Account account, AgentOutcome outcome) {
    return account.outcome(outcome, () -> "").report().costUsd();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static AgentReport report(String dollars) {
    return new AgentReport("m", "end_turn", null, new BigDecimal(dollars));
  }
}

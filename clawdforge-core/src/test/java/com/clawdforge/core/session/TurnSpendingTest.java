package com.clawdforge.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.TestModelRequest;
import com.clawdforge.core.share.Budgets;
import com.clawdforge.core.share.PromptRoom;
import com.clawdforge.core.share.PromptSpool;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.usage.SetSpending;
import com.clawdforge.core.work.WorkError;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Turns whose requests to the model are seen on their way. */
final class TurnSpendingTest {
  private static final Caller APP =
      new Caller(
          "token-1",
          "app",
          TokenLimits.NONE.with(
              new TokenShares(null, null, null, new BigDecimal("2.5"), null, null)));

  private final Shares shares =
      new Shares(
          new Budgets(new SetSpending("token-1"), Clock.systemUTC(), BigDecimal.ONE),
          new PromptRoom(100, PromptSpool.IN_MEMORY));

  @Test
  void a_turn_may_spend_more_than_it_reserved_while_its_token_has_any() throws Exception {
    try (SessionTestKit kit = kit(false)) {
      String session = kit.sessions.open(APP, SessionTestKit.sessionRequest(null)).session().id();
      TurnTicket turn = kit.turns.start(APP, session, SessionTestKit.turnRequest("x"));
      kit.agents.awaitTurns(1);

      assertTrue(hasMoneyAfter(session, "1.2"));
      assertEquals(0, BigDecimal.TWO.compareTo(reserved()));
      assertTrue(hasMoneyAfter(session, "0.9"));
      assertEquals(0, new BigDecimal("2.5").compareTo(reserved()));
      assertFalse(hasMoneyAfter(session, "0.5"));

      kit.turns.cancel(APP, session);
      assertEquals(new BigDecimal("2.6"), turn.await().report().costUsd());
      assertEquals(0, BigDecimal.ZERO.compareTo(reserved()));
      assertEquals(
          0, BigDecimal.ZERO.compareTo(shares.budgets().spent("token-1").today()), "unsaid");
    }
  }

  @Test
  void a_turn_whose_request_was_refused_for_money_ends_as_such_and_the_session_goes_on()
      throws Exception {
    try (SessionTestKit kit = kit(true)) {
      String session = kit.sessions.open(APP, SessionTestKit.sessionRequest(null)).session().id();

      Turn turn = kit.turns.start(APP, session, SessionTestKit.turnRequest("x")).await();

      WorkError error = Objects.requireNonNull(turn.error());
      assertEquals(ErrorCode.BUDGET_EXHAUSTED, error.code());
      assertTrue(error.detail().contains("2.6 USD"), error.detail());
      assertEquals(new BigDecimal("2.6"), turn.report().costUsd());
      assertEquals(
          2, kit.turns.start(APP, session, SessionTestKit.turnRequest("y")).await().index());
    }
  }

  @Test
  void a_turn_that_has_spent_several_reservations_at_once_goes_on_while_its_token_has_money()
      throws Exception {
    try (SessionTestKit kit = kit(false)) {
      String session = kit.sessions.open(APP, SessionTestKit.sessionRequest(null)).session().id();
      kit.turns.start(APP, session, SessionTestKit.turnRequest("x"));
      kit.agents.awaitTurns(1);

      assertTrue(hasMoneyAfter(session, "2.4"));
      assertEquals(0, new BigDecimal("2.5").compareTo(reserved()));
    }
  }

  @Test
  void what_a_session_has_spent_after_a_turn_is_recorded_before_the_next_one_and_at_the_end()
      throws Exception {
    try (SessionTestKit kit = kit(true)) {
      String session = kit.sessions.open(APP, SessionTestKit.sessionRequest(null)).session().id();
      kit.turns.start(APP, session, SessionTestKit.turnRequest("y")).await();

      assertFalse(hasMoneyAfter(session, "0.3"), "no turn goes on");
      kit.turns.start(APP, session, SessionTestKit.turnRequest("y")).await();
      assertFalse(hasMoneyAfter(session, "0.2"));
      kit.sessions.close(APP, session);

      assertEquals(
          List.of(
              SessionEvent.Kind.CREATE,
              SessionEvent.Kind.TURN,
              SessionEvent.Kind.BACKGROUND,
              SessionEvent.Kind.TURN,
              SessionEvent.Kind.CLOSE,
              SessionEvent.Kind.BACKGROUND),
          kit.trail(session));
    }
  }

  @Test
  void a_turn_that_breaks_in_the_server_has_cost_what_it_spent() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.sharing(
            SessionTestKit.limits(9, 9, 9, Duration.ofMinutes(5)),
            shares,
            (session, prompt) -> {
              hasMoneyAfter(session.sessionId(), "0.6");
              throw new IllegalStateException("as a test wants it");
            })) {
      String session = kit.sessions.open(APP, SessionTestKit.sessionRequest(null)).session().id();

      Turn turn = kit.turns.start(APP, session, SessionTestKit.turnRequest("x")).await();

      assertEquals(ErrorCode.INTERNAL_ERROR, Objects.requireNonNull(turn.error()).code());
      assertEquals(new BigDecimal("0.6"), turn.report().costUsd());
    }
  }

  private SessionTestKit kit(boolean spends) {
    return SessionTestKit.sharing(
        SessionTestKit.limits(9, 9, 9, Duration.ofMinutes(5)),
        shares,
        (session, prompt) -> {
          if (!spends) {
            return FakeRun.silent().reporting(AgentReport.NONE);
          }
          boolean money = prompt.text().equals("y") || hasMoneyAfter(session.sessionId(), "2.6");
          return money
              ? FakeRun.turn("ok")
              : FakeRun.fails(AgentFailure.FAILED, "API Error: 402", "");
        });
  }

  private boolean hasMoneyAfter(String session, String dollars) {
    ModelUser user = new ModelUser(ModelUser.Kind.SESSION, session);
    shares.models().over(TestModelRequest.costing(user, dollars));
    return shares.models().hasMoney(user);
  }

  private BigDecimal reserved() {
    return shares.budgets().spent("token-1").reserved();
  }
}

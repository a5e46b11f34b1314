package com.clawdforge.core.session;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.DiskFullException;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.share.Budgets;
import com.clawdforge.core.share.PromptRoom;
import com.clawdforge.core.share.PromptSpool;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.usage.SetSpending;
import com.clawdforge.core.work.IdempotencyKey;
import com.clawdforge.core.work.WorkState;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class TurnSharesTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private volatile boolean diskIsFull;
  private final List<String> aside = new CopyOnWriteArrayList<>();
  private final SetSpending spent = new SetSpending("token-1");
  private final Shares shares =
      new Shares(
          new Budgets(spent, Clock.systemUTC(), BigDecimal.ONE),
          new PromptRoom(100, this::spooled));

  @Test
  void a_turn_that_waits_for_its_session_or_a_place_has_its_prompt_aside() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.sharing(SessionTestKit.limits(9, 1, 9, LONG), shares)) {
      String one = kit.open();
      String two = kit.open();
      TurnTicket running = kit.prompt(one, "hold 1");
      kit.agents.awaitTurns(1);
      TurnTicket behind = kit.prompt(one, "behind");
      TurnTicket elsewhere = kit.prompt(two, "elsewhere");
      while (!aside.containsAll(List.of("behind", "elsewhere"))) {
        Thread.onSpinWait();
      }

      kit.release("hold 1");
      for (TurnTicket turn : List.of(running, behind, elsewhere)) {
        assertEquals(WorkState.COMPLETED, turn.await().state());
      }
      assertEquals(List.of(), aside);
      assertEquals(0, shares.prompts().waiting("token-1"));
    }
  }

  @Test
  void a_turn_whose_prompt_has_no_room_to_wait_is_refused_and_holds_nothing() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.sharing(SessionTestKit.limits(9, 9, 9, LONG), shares)) {
      String session = kit.open();
      TurnTicket running = kit.prompt(session, "hold");
      TurnTicket waiting = kit.prompt(session, "x".repeat(50));
      assertRefused(ErrorCode.QUOTA_EXCEEDED, () -> kit.prompt(session, "x".repeat(30)));
      assertEquals(50, shares.prompts().waiting("token-1"));

      kit.release("hold");
      running.await();
      waiting.await();
      assertEquals(3, kit.prompt(session, "x".repeat(100)).await().index());
    }
  }

  @Test
  void a_turn_of_an_idle_session_that_cannot_wait_for_a_place_is_refused_at_once()
      throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.sharing(SessionTestKit.limits(9, 1, 9, LONG), shares)) {
      TurnTicket running = kit.prompt(kit.open(), "hold");
      kit.agents.awaitTurns(1);
      String idle = kit.open();
      assertRefused(ErrorCode.AT_CAPACITY, () -> kit.prompt(idle, "x".repeat(101)));

      TurnTicket waiting = kit.prompt(idle, "x".repeat(50));
      assertEquals(50, shares.prompts().waiting("token-1"));
      kit.release("hold");
      running.await();
      assertEquals(WorkState.COMPLETED, waiting.await().state());
      assertEquals(0, shares.prompts().waiting("token-1"));
    }
  }

  @Test
  void an_accepted_turn_waits_in_memory_if_the_disk_is_full() throws Exception {
    try (SessionTestKit kit =
        SessionTestKit.sharing(SessionTestKit.limits(9, 1, 9, LONG), shares)) {
      String one = kit.open();
      String two = kit.open();
      AtomicReference<TurnTicket> running = new AtomicReference<>();
      // The place is free when the turn is checked, and taken when it asks for it.
      kit.before(
          SessionTestKit.ADDS_TURN,
          () -> {
            running.set(kit.prompt(two, "hold"));
            awaitTurn(kit);
            diskIsFull = true;
          });
      TurnTicket waiting = kit.prompt(one, "waits");
      while (shares.waiting("token-1") == 0 && kit.turns.inFlight() == 2) {
        Thread.onSpinWait();
      }

      kit.release("hold");
      running.get().await();
      assertEquals(WorkState.COMPLETED, waiting.await().state());
    }
  }

  @Test
  void a_turn_is_not_started_if_those_before_it_have_spent_all_that_was_left() throws Exception {
    Caller app = new Caller("token-1", "app", TokenLimits.NONE.with(daily("2")));
    IdempotencyKey key = new IdempotencyKey("key", "hash");
    try (SessionTestKit kit =
        SessionTestKit.sharing(SessionTestKit.limits(9, 9, 9, LONG), shares)) {
      String session = kit.open();
      TurnTicket running = kit.turns.start(app, session, SessionTestKit.turnRequest("hold"));
      TurnRequest keyed = TestTurnRequest.of("b").key(key).request();
      TurnTicket waiting = kit.turns.start(app, session, keyed);
      spent.add("token-1", LocalDate.now(ZoneOffset.UTC), BigDecimal.TWO);
      kit.release("hold");
      running.await();

      Turn refused = waiting.await();
      assertEquals(ErrorCode.BUDGET_EXHAUSTED, Objects.requireNonNull(refused.error()).code());
      assertNull(refused.startedAt());
      // It holds its key no longer.
      assertRefused(ErrorCode.BUDGET_EXHAUSTED, () -> kit.turns.start(app, session, keyed));
    }
  }

  @Test
  void a_repeated_request_joins_the_turn_that_is_just_being_accepted_with_the_last_of_the_money()
      throws Exception {
    Caller app = new Caller("token-1", "app", TokenLimits.NONE.with(daily("1")));
    TurnRequest keyed = TestTurnRequest.of("x").key(new IdempotencyKey("key", "hash")).request();
    try (SessionTestKit kit =
        SessionTestKit.sharing(SessionTestKit.limits(9, 9, 9, LONG), shares)) {
      String session = kit.open();
      FutureTask<TurnTicket> repeated =
          new FutureTask<>(() -> kit.turns.start(app, session, keyed));
      kit.before(
          SessionTestKit.ADDS_TURN,
          () -> {
            Thread thread = Thread.ofPlatform().start(repeated);
            while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
              Thread.onSpinWait();
            }
          });
      kit.turns.start(app, session, keyed).await();

      assertTrue(repeated.get(20, TimeUnit.SECONDS).replayed());
    }
  }

  @Test
  void a_turn_whose_end_cannot_be_recorded_has_spent_what_it_reserved() throws Exception {
    Caller app = new Caller("token-1", "app", TokenLimits.NONE.with(daily("2")));
    try (SessionTestKit kit =
        SessionTestKit.sharing(SessionTestKit.limits(9, 9, 9, LONG), shares)) {
      TurnTicket turn = kit.turns.start(app, kit.open(), SessionTestKit.turnRequest("hold"));
      kit.agents.awaitTurns(1);
      breakRecords(kit);
      kit.release("hold");
      assertThrows(StoreException.class, turn::await);

      assertEquals(0, BigDecimal.ONE.compareTo(shares.budgets().spent("token-1").today()));
      kit.before(SessionTestKit.RECORDS, () -> {});
    }
  }

  private static void breakRecords(SessionTestKit kit) {
    kit.before(
        SessionTestKit.RECORDS,
        () -> {
          breakRecords(kit);
          throw new StoreException("broken", null);
        });
  }

  private static void awaitTurn(SessionTestKit kit) {
    try {
      kit.agents.awaitTurns(1);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static TokenShares daily(String budget) {
    return new TokenShares(null, null, null, new BigDecimal(budget), null, null);
  }

  @Test
  void a_turn_reserves_and_is_refused_without_money() throws Exception {
    TokenShares two = new TokenShares(null, null, null, new BigDecimal("1.5"), null, null);
    Caller app = new Caller("token-1", "app", TokenLimits.NONE.with(two));
    try (SessionTestKit kit =
        SessionTestKit.sharing(SessionTestKit.limits(9, 9, 9, LONG), shares)) {
      String session = kit.open();
      TurnTicket running = kit.turns.start(app, session, SessionTestKit.turnRequest("hold"));
      TurnTicket waiting = kit.turns.start(app, session, SessionTestKit.turnRequest("b"));
      assertRefused(
          ErrorCode.BUDGET_EXHAUSTED,
          () -> kit.turns.start(app, session, SessionTestKit.turnRequest("c")));
      assertEquals(2, kit.turns.inFlight());

      kit.release("hold");
      running.await();
      waiting.await();
      spent.add("token-1", LocalDate.now(ZoneOffset.UTC), new BigDecimal("1.5"));
      assertRefused(
          ErrorCode.BUDGET_EXHAUSTED,
          () -> kit.turns.start(app, session, SessionTestKit.turnRequest("d")));
      assertEquals(0, BigDecimal.ZERO.compareTo(shares.budgets().spent("token-1").reserved()));
    }
  }

  @Test
  void a_token_has_no_more_open_sessions_than_it_may() throws Exception {
    TokenShares one = new TokenShares(null, 1, null, null, null, null);
    Caller app = new Caller("token-1", "app", TokenLimits.NONE.with(one));
    try (SessionTestKit kit = SessionTestKit.roomy()) {
      String open = kit.sessions.open(app, SessionTestKit.sessionRequest(null)).session().id();
      String limit =
          Objects.requireNonNull(
                  assertRefused(
                          ErrorCode.QUOTA_EXCEEDED,
                          () -> kit.sessions.open(app, SessionTestKit.sessionRequest(null)))
                      .allowance())
              .limit();

      assertEquals("max_sessions", limit);
      assertEquals(1, kit.sessions.countOpen(app));
      kit.sessions.close(app, open);
      kit.sessions.open(app, SessionTestKit.sessionRequest(null));
    }
  }

  private PromptSpool.Spooled spooled(String text) {
    if (diskIsFull) {
      throw new DiskFullException("no room", new IOException());
    }
    aside.add(text);
    return new PromptSpool.Spooled() {
      @Override
      public String read() {
        return text;
      }

      @Override
      public void close() {
        aside.remove(text);
      }
    };
  }
}

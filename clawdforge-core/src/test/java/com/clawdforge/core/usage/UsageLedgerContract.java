package com.clawdforge.core.usage;

import static com.clawdforge.core.usage.UsageLedger.GroupBy.DAY;
import static com.clawdforge.core.usage.UsageLedger.GroupBy.MODEL;
import static com.clawdforge.core.usage.UsageLedger.GroupBy.TOKEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.ledger.Ledger;
import com.clawdforge.core.run.Run;
import com.clawdforge.core.run.RunStore;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.SessionEvent;
import com.clawdforge.core.session.SessionStore;
import com.clawdforge.core.session.SessionTerms;
import com.clawdforge.core.session.Turn;
import com.clawdforge.core.session.TurnRecord;
import com.clawdforge.core.usage.UsageLedger.GroupBy;
import com.clawdforge.core.usage.UsageLedger.Sum;
import com.clawdforge.core.work.Progress;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link UsageLedger} must do. */
public abstract class UsageLedgerContract {
  private static final Instant T0 = Instant.parse("2026-03-01T23:59:59.999Z");
  private static final Usage NOTHING = new Usage(0, 0, 0, 0);
  private static final Usage SOME = new Usage(1, 20, 300, 4_000_000_000L);
  private static final BigDecimal CENT = new BigDecimal("0.01");

  private int made;

  /** The ledger of this test, empty at first. */
  protected abstract Ledger ledger();

  private RunStore runs() {
    return ledger().runs();
  }

  private SessionStore sessions() {
    return ledger().sessions();
  }

  private UsageLedger usage() {
    return ledger().usage();
  }

  @ParameterizedTest
  @EnumSource(GroupBy.class)
  void nothing_was_used_at_first(GroupBy groupBy) {
    assertEquals(List.of(), usage().sums(groupBy));
  }

  @Test
  void runs_and_turns_of_a_token_are_summed_up_the_most_expensive_token_first() {
    run("cheap", "m", T0, report("m", "0.5"));
    run("dear", "m", T0, report("m", "100.000000001"));
    turn("cheap", "m", T0, report("m", "0.25"));
    turn("cheap", "m", T0, report("m", "0.000000001"));

    assertSums(
        TOKEN,
        new Sum("dear", 1, 0, SOME, new BigDecimal("100.000000001")),
        new Sum("cheap", 1, 2, new Usage(3, 60, 900, 12_000_000_000L), dollars("0.750000001")));
  }

  @Test
  void sums_by_model_use_the_answering_or_else_the_requested_model() {
    run("a", "sonnet", T0, report("claude-sonnet-5", "0.01"));
    run("a", "opus", T0, AgentReport.NONE);
    turn("a", "sonnet", T0, report("claude-sonnet-5", "0.01"));
    turn("a", "haiku", T0, report(null, "0.01"));
    turn("a", null, T0, report(null, "0.001"));

    assertSums(
        MODEL,
        new Sum("claude-sonnet-5", 1, 1, SOME.plus(SOME), dollars("0.02")),
        new Sum("haiku", 0, 1, SOME, CENT),
        new Sum("", 0, 1, SOME, dollars("0.001")),
        new Sum("opus", 1, 0, NOTHING, BigDecimal.ZERO));
  }

  @Test
  void by_day_the_end_counts_in_utc_and_the_newest_is_first() {
    run("a", "m", T0, report("m", "9"));
    run("a", "m", T0.plusMillis(1), report("m", "0.01"));
    turn("a", "m", T0, report("m", "9"));

    assertSums(
        DAY,
        new Sum("2026-03-02", 1, 0, SOME, CENT),
        new Sum("2026-03-01", 1, 1, SOME.plus(SOME), dollars("18")));
  }

  @ParameterizedTest
  @EnumSource(GroupBy.class)
  void unfinished_work_does_not_count(GroupBy groupBy) {
    runs().add(run("a", "m", WorkState.RUNNING, null, AgentReport.NONE), null, null, T0);
    turn(session("a", "m"), "a");

    assertEquals(List.of(), usage().sums(groupBy));
  }

  @Test
  void an_interrupted_turn_is_over() {
    runs().add(run("a", "m", WorkState.RUNNING, null, AgentReport.NONE), null, null, T0);
    turn(session("a", "m"), "a");
    runs().interruptUnfinished(T0);
    ledger().turns().interruptUnfinished(T0);

    for (GroupBy groupBy : GroupBy.values()) {
      String group =
          switch (groupBy) {
            case TOKEN -> "a";
            case MODEL -> "m";
            case DAY -> "2026-03-01";
          };
      assertSums(groupBy, new Sum(group, 1, 1, NOTHING, BigDecimal.ZERO));
    }
  }

  @Test
  void opening_cancelling_and_closing_do_not_count_as_turns() {
    String session = session("a", "m");
    ledger()
        .trail()
        .note(
            new SessionEvent(
                session, "t", "a", SessionEvent.Kind.CANCEL, T0, 1, null, AgentReport.NONE));
    sessions().close(session, T0);

    assertEquals(List.of(), usage().sums(TOKEN));
  }

  @Test
  void what_a_session_used_outlives_it_as_long_as_its_trail() {
    String session = turn("a", "asked", T0, report(null, "0.01"));
    sessions().close(session, T0);
    sessions().released(session);
    while (sessions().deleteClosedBefore(T0.plusMillis(1), T0.plusMillis(2))) {
      assertFalse(usage().sums(TOKEN).isEmpty());
    }
    assertFalse(sessions().find(null, session).isPresent());

    assertSums(MODEL, new Sum("asked", 0, 1, SOME, CENT));

    while (ledger().trail().deleteBefore(T0.plusMillis(1))) {
      assertFalse(ledger().trail().trail(session).isEmpty());
    }
    assertEquals(List.of(), usage().sums(MODEL));
  }

  @Test
  void what_cost_the_same_is_in_the_order_of_names() {
    run("b", "m", T0, report("m", "0.01"));
    turn("c", "m", T0, report("m", "0.01"));
    run("a", "m", T0, report("m", "0.01"));

    assertEquals(List.of("a", "b", "c"), usage().sums(TOKEN).stream().map(Sum::group).toList());
  }

  @Test
  void spending_of_a_token_counts_runs_turns_and_background_work_from_a_day_on() {
    run("a", "m", T0, report("m", "1"));
    run("a", "m", T0.plusMillis(1), report("m", "0.5"));
    String session = turn("a", "m", T0.plusMillis(1), report("m", "0.25"));
    sessions().addBackgroundCost(session, dollars("0.125"), T0.plusMillis(1));
    run("b", "m", T0.plusMillis(1), report("m", "7"));
    run("a", "m", T0, AgentReport.NONE);

    assertSpent("1.875", "token-of-a", "2026-03-01");
    assertSpent("0.875", "token-of-a", "2026-03-02");
    assertSpent("0", "token-of-a", "2026-03-03");
    assertSpent("0", "a", "2026-03-01");
  }

  @Test
  void what_work_may_have_cost_can_be_added() {
    run("a", "m", T0, report("m", "1"));
    ledger().spending().add("token-of-a", LocalDate.parse("2026-03-01"), dollars("0.000000001"));
    ledger().spending().add("token-of-b", LocalDate.parse("2026-03-02"), dollars("2"));

    assertSpent("1.000000001", "token-of-a", "2026-03-01");
    assertSpent("2", "token-of-b", "2026-03-01");
    assertEquals(1, usage().sums(TOKEN).size());
  }

  @Test
  void spending_of_a_clock_that_was_far_ahead_does_not_count() {
    ledger().spending().add("token-of-a", LocalDate.parse("2026-04-01"), dollars("1"));
    ledger().spending().add("token-of-a", LocalDate.parse("2026-04-02"), dollars("2"));
    ledger().spending().add("token-of-a", LocalDate.parse("2036-03-01"), dollars("4"));

    assertSpent("1", "token-of-a", "2026-03-01");
    assertSpent("3", "token-of-a", "2026-03-02");
  }

  @Test
  void an_end_that_is_recorded_twice_is_spent_once() {
    Run run = run("a", "m", WorkState.RUNNING, null, AgentReport.NONE);
    runs().add(run, null, null, T0);
    Run ended =
        new Run(
            run.id(),
            run.tokenId(),
            "a",
            "m",
            1,
            0,
            "request",
            new Progress(WorkState.COMPLETED, run.createdAt(), null, T0, report("m", "2"), null),
            null,
            null);
    runs().update(ended);
    runs().update(ended);
    runs().updateAndForgetKey(ended);

    assertSpent("2", "token-of-a", "2026-03-01");
  }

  @Test
  void absurd_costs_can_be_recorded_and_added_up() {
    for (int i = 0; i < 5; i++) {
      run("a", "m", T0, report("m", "9000000000"));
      turn("a", "m", T0, report("m", "9000000000"));
    }

    assertFalse(
        ledger()
                .spending()
                .since("token-of-a", LocalDate.parse("2026-03-01"))
                .compareTo(dollars("4000000000"))
            < 0);
  }

  private void assertSpent(String expected, String tokenId, String day) {
    assertEquals(
        0,
        dollars(expected).compareTo(ledger().spending().since(tokenId, LocalDate.parse(day))),
        () -> expected + " is not " + ledger().spending().since(tokenId, LocalDate.parse(day)));
  }

  // 1.0 and 1 are the same amount.
  private void assertSums(GroupBy groupBy, Sum... expected) {
    assertEquals(
        List.of(expected).stream().map(UsageLedgerContract::plain).toList(),
        usage().sums(groupBy).stream().map(UsageLedgerContract::plain).toList());
  }

  private static Sum plain(Sum sum) {
    return new Sum(
        sum.group(), sum.runs(), sum.turns(), sum.usage(), sum.costUsd().stripTrailingZeros());
  }

  private void run(String app, String model, Instant endedAt, AgentReport report) {
    runs().add(run(app, model, WorkState.COMPLETED, endedAt, report), null, null, T0);
  }

  private Run run(
      String app, String model, WorkState state, @Nullable Instant endedAt, AgentReport report) {
    return new Run(
        "run-" + ++made,
        "token-of-" + app,
        app,
        model,
        1,
        0,
        "request",
        new Progress(state, T0.minusSeconds(60), null, endedAt, report, null),
        null,
        null);
  }

  private String turn(String app, @Nullable String model, Instant endedAt, AgentReport report) {
    String session = session(app, model);
    Turn turn = turn(session, app);
    Turn ended =
        new Turn(
            session,
            turn.tokenId(),
            app,
            turn.index(),
            1,
            0,
            "request",
            new Progress(WorkState.COMPLETED, turn.createdAt(), null, endedAt, report, null),
            false);
    ledger().turns().record(List.of(new TurnRecord.Ended(ended, false)));
    return session;
  }

  private Turn turn(String session, String app) {
    Turn turn =
        new Turn(
            session,
            "token-of-" + app,
            app,
            1,
            1,
            0,
            "request",
            new Progress(WorkState.QUEUED, T0.minusSeconds(60), null, null, AgentReport.NONE, null),
            false);
    ledger().turns().addTurn(turn, null, null, T0);
    return turn;
  }

  private String session(String app, @Nullable String model) {
    String id = "session-" + ++made;
    SessionTerms terms =
        new SessionTerms(
            "claude", model, null, Permissions.Mode.APPROVE_ALL, null, false, null, "{}");
    sessions()
        .add(
            new Session(
                id,
                "token-of-" + app,
                app,
                terms,
                T0.minusSeconds(60),
                null,
                null,
                0,
                null,
                null,
                null),
            null,
            T0,
            Integer.MAX_VALUE);
    return id;
  }

  private static AgentReport report(@Nullable String model, String cost) {
    return new AgentReport(model, "end_turn", SOME, dollars(cost));
  }

  private static BigDecimal dollars(String amount) {
    return new BigDecimal(amount);
  }
}

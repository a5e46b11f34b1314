package com.clawdforge.core.share;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.MutableClock;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.Allowance;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.usage.SetSpending;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BudgetsTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private final MutableClock clock = new MutableClock(NOON);
  private final SetSpending spent = new SetSpending("t");
  private final Budgets budgets = new Budgets(spent, clock, new BigDecimal("0.40"));

  @Test
  void what_is_reserved_at_once_is_never_more_than_the_budget() {
    TokenShares shares = daily("1");
    Budgets small = new Budgets(spent, clock, new BigDecimal("0.01"));
    List<Integer> reserved =
        Concurrently.call(
            16,
            thread -> {
              int got = 0;
              for (int i = 0; i < 20; i++) {
                try {
                  small.reserve("t", shares, new BigDecimal("0.03"));
                  got++;
                } catch (Refusal exhausted) {
                  assertEquals(ErrorCode.BUDGET_EXHAUSTED, exhausted.code());
                }
              }
              return got;
            });

    assertEquals(33, reserved.stream().mapToInt(Integer::intValue).sum());
    assertEquals(new BigDecimal("0.99"), small.spent("t").reserved());
  }

  @Test
  void work_that_states_no_cost_reserves_a_fixed_amount_or_what_is_left() {
    assertEquals(new BigDecimal("0.40"), budgets.reserve("t", daily("1"), null).most());
    budgets.reserve("t", daily("1"), new BigDecimal("0.45"));
    assertEquals(new BigDecimal("0.15"), budgets.reserve("t", daily("1"), null).most());

    assertRefused(ErrorCode.BUDGET_EXHAUSTED, () -> budgets.reserve("t", daily("1"), null));
  }

  @Test
  void work_that_states_very_little_reserves_as_if_it_stated_nothing() {
    BigDecimal little = new BigDecimal("0.000001");
    for (int i = 0; i < 3; i++) {
      assertEquals(little, budgets.reserve("t", daily("1"), little).most());
    }

    assertEquals(0, BigDecimal.ONE.compareTo(budgets.spent("t").reserved()));
    refused(daily("1"), little);
  }

  @Test
  void money_that_is_reserved_may_be_there_again_soon_and_money_that_is_spent_tomorrow() {
    Budgets.Reservation all = budgets.reserve("t", daily("1"), BigDecimal.ONE);
    Refusal reserved = refused(daily("1"), null);
    assertEquals(Duration.ofSeconds(5), reserved.retryAfter());

    spent.add("t", LocalDate.parse("2026-01-31"), BigDecimal.ONE);
    all.close();
    all.close();
    Refusal gone = refused(daily("1"), null);
    assertEquals(Duration.ofHours(12), gone.retryAfter());
    assertEquals(
        new Allowance(
            "daily_budget_usd",
            BigDecimal.ONE,
            BigDecimal.ZERO,
            Duration.ofDays(1),
            Instant.parse("2026-02-01T00:00:00Z")),
        gone.allowance());
    assertEquals(BigDecimal.ZERO, budgets.spent("t").reserved().stripTrailingZeros());

    clock.advance(Duration.ofHours(12));
    assertNotNull(budgets.reserve("t", daily("1"), BigDecimal.ONE).most());
  }

  @Test
  void a_request_for_more_than_is_left_is_refused_and_told_how_much_that_is() {
    spent.add("t", LocalDate.parse("2026-01-31"), new BigDecimal("0.75"));

    Refusal refusal = refused(daily("1"), new BigDecimal("0.26"));

    assertEquals(new BigDecimal("0.25"), allowance(refusal).left());
    assertTrue(refusal.detail().contains("0.25 USD left"), refusal.detail());
    assertEquals(
        new BigDecimal("0.25"), budgets.reserve("t", daily("1"), new BigDecimal("0.25")).most());
  }

  @Test
  void both_budgets_count_and_the_month_ends_at_its_first_moment_in_utc() {
    TokenShares both = new TokenShares(null, null, null, BigDecimal.TEN, new BigDecimal("3"), null);
    spent.add("t", LocalDate.parse("2026-01-01"), new BigDecimal("3"));

    Refusal refusal = refused(both, null);
    assertEquals("monthly_budget_usd", allowance(refusal).limit());
    assertEquals(Duration.ofDays(31), allowance(refusal).window());
    assertEquals(Duration.ofHours(12), refusal.retryAfter());

    clock.advance(Duration.ofHours(12).minusMillis(1));
    assertEquals(Duration.ofSeconds(5), refused(both, null).retryAfter());
    clock.advance(Duration.ofMillis(1));
    assertNotNull(budgets.reserve("t", both, null).most());
  }

  @Test
  void a_clock_that_is_set_back_makes_nobody_richer() {
    spent.add("t", LocalDate.parse("2026-02-01"), BigDecimal.ONE);

    refused(daily("1"), null);
  }

  @Test
  void work_of_a_token_without_a_budget_counts_once_it_is_given_one() {
    Budgets.Reservation free = budgets.reserve("t", TokenShares.NONE, new BigDecimal("5"));
    assertNull(free.most());

    refused(daily("1"), null);
    free.close();
    assertNotNull(budgets.reserve("t", daily("1"), null).most());
  }

  @Test
  void a_budget_of_nothing_allows_nothing_and_tokens_do_not_share_theirs() {
    refused(daily("0"), null);
    spent.add("t", LocalDate.parse("2026-01-31"), BigDecimal.ONE);

    assertNotNull(budgets.reserve("other", daily("1"), BigDecimal.ONE).most());
    refused(daily("1"), null);
  }

  private Refusal refused(TokenShares shares, @Nullable BigDecimal most) {
    return assertRefused(ErrorCode.BUDGET_EXHAUSTED, () -> budgets.reserve("t", shares, most));
  }

  private static Allowance allowance(Refusal refusal) {
    return Objects.requireNonNull(refusal.allowance());
  }

  private static TokenShares daily(String budget) {
    return new TokenShares(null, null, null, new BigDecimal(budget), null, null);
  }
}

package com.clawdforge.core.share;

import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.Allowance;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.error.StoreException;
import com.clawdforge.core.usage.Spending;
import com.clawdforge.core.work.RecordedWork;
import com.clawdforge.core.work.WorkError;
import com.clawdforge.core.work.WorkState;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What tokens may still spend. Work reserves an amount before it is accepted, and gives it back
 * once its cost is in the ledger; what is spent and reserved together is never more than a budget.
 * So work that runs at once cannot spend the same dollar twice. Reservations are in memory: those
 * of a server that died are gone, and what work has cost that it did not record is not counted.
 * Safe for any thread; calls may block for a disk access.
 */
public final class Budgets {
  private static final System.Logger log = System.getLogger(Budgets.class.getName());
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Spending spending;
  private final Clock clock;
  private final BigDecimal unstated;
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  // For people, so that it need not be exact.
  private final DoubleAdder counted = new DoubleAdder();

  /** What a token has reserved. */
  private static final class Account {
    final Lock lock = new ReentrantLock();
    // Written with the lock.
    volatile BigDecimal reserved = BigDecimal.ZERO;
    int users;
  }

  /**
   * What a token has spent in US dollars.
   *
   * @param today since the day began in UTC
   * @param thisMonth since the month began in UTC
   * @param reserved by work that is not over
   */
  public record Spent(BigDecimal today, BigDecimal thisMonth, BigDecimal reserved) {}

  /**
   * @param unstated what work reserves at least, if that much is left; more than nothing
   */
  public Budgets(Spending spending, Clock clock, BigDecimal unstated) {
    this.spending = spending;
    this.clock = clock;
    this.unstated = unstated;
  }

  /** An amount that is reserved for one piece of work, until this is closed. */
  public final class Reservation implements AutoCloseable {
    private final String tokenId;
    private final @Nullable BigDecimal asked;
    private final boolean budgeted;
    private volatile BigDecimal amount;
    private volatile boolean metered;
    private boolean closed;

    private Reservation(
        String tokenId, BigDecimal amount, @Nullable BigDecimal asked, boolean budgeted) {
      this.tokenId = tokenId;
      this.amount = amount;
      this.asked = asked;
      this.budgeted = budgeted;
    }

    /**
     * What the agent is told that the work may cost: what the caller asked for, or else what is
     * reserved; null if its token has no budget.
     */
    public @Nullable BigDecimal most() {
      return !budgeted ? null : asked == null ? amount : asked;
    }

    /**
     * Reserves as much again as work reserves that does not say what it may cost, or what is left
     * of that; for work that has spent what was reserved, and may go on. It is as often as much as
     * it takes to have more than is missing.
     *
     * @param shares of the token, as they are now
     * @param missing what the work has spent beyond what is reserved, or 0; in US dollars
     * @return all that is reserved for the work now, or null if there is no more
     */
    public @Nullable BigDecimal more(TokenShares shares, BigDecimal missing) {
      Account account = enter(tokenId);
      account.lock.lock();
      try {
        BigDecimal further =
            missing.divideToIntegralValue(unstated).add(BigDecimal.ONE).multiply(unstated);
        for (Window window : windows(tokenId, shares)) {
          further = further.min(window.left(account.reserved));
        }
        if (closed || further.signum() <= 0) {
          return null;
        }
        account.reserved = account.reserved.add(further);
        amount = amount.add(further);
        return amount;
      } finally {
        account.lock.unlock();
        leave(tokenId);
      }
    }

    /**
     * What the work costs is counted on its way to the model, so that its record has all of it,
     * however it ends.
     */
    public void meter() {
      metered = true;
    }

    /**
     * Checks once more before an agent is started, because work that was accepted earlier may have
     * cost more than it reserved.
     *
     * @param shares of the token, as they are now
     * @throws Refusal {@link ErrorCode#BUDGET_EXHAUSTED} if all of a budget is spent
     */
    public void requireMoney(TokenShares shares) {
      for (Window window : windows(tokenId, shares)) {
        BigDecimal left = window.left(BigDecimal.ZERO);
        if (left.signum() <= 0) {
          throw window.exhausted(left, null, clock.instant());
        }
      }
    }

    /**
     * Gives the amount back, once the end of its work is in the ledger. If an agent was started and
     * did not say what that cost, the amount is spent. If it did not come to its own end, what it
     * says may be only a part, so that what unstated work reserves is spent at least. Else a caller
     * could cancel each run just before its end, and pay nothing. Nothing is added to what {@link
     * #meter} has counted.
     */
    public void settle(RecordedWork work) {
      BigDecimal unsaid = budgeted ? unsaid(work) : BigDecimal.ZERO;
      try {
        if (unsaid.signum() > 0) {
          spending.add(tokenId, today(), unsaid);
        }
        count(work, unsaid);
      } catch (StoreException e) {
        log.log(
            System.Logger.Level.ERROR,
            unsaid + " USD that work of " + work.appName() + " may have cost are not recorded",
            e);
      } finally {
        close();
      }
    }

    private void count(RecordedWork work, BigDecimal unsaid) {
      if (budgeted) {
        @Nullable BigDecimal said = work.report().costUsd();
        counted.add(unsaid.max(BigDecimal.ZERO).doubleValue());
        counted.add(said == null ? 0 : said.doubleValue());
      }
    }

    private BigDecimal unsaid(RecordedWork work) {
      if (metered) {
        return BigDecimal.ZERO;
      }
      @Nullable BigDecimal said = work.report().costUsd();
      if (work.startedAt() == null || (said == null && withoutModel(work.error()))) {
        return BigDecimal.ZERO;
      }
      if (said == null) {
        return amount;
      }
      return brokenOff(work.state()) ? unstated.min(amount).subtract(said) : BigDecimal.ZERO;
    }

    /** Gives the amount back, of work that was not accepted. Idempotent. */
    @Override
    public void close() {
      Account account = enter(tokenId);
      account.lock.lock();
      try {
        if (!closed) {
          closed = true;
          account.reserved = account.reserved.subtract(amount);
          leave(tokenId);
        }
      } finally {
        account.lock.unlock();
        leave(tokenId);
      }
    }
  }

  /**
   * Reserves an amount: what the caller lets its work cost, but no less than what is reserved for
   * work that does not say, if that much is left. For an agent notices only afterwards that it has
   * spent more than it was told to. Work of tokens without a budget reserves too, because they may
   * be given one while it runs.
   *
   * @param most what the caller lets its work cost, or null if it does not say
   * @throws Refusal {@link ErrorCode#BUDGET_EXHAUSTED} if less than that is left, or nothing
   */
  public Reservation reserve(String tokenId, TokenShares shares, @Nullable BigDecimal most) {
    Account account = enter(tokenId);
    boolean reserved = false;
    account.lock.lock();
    try {
      BigDecimal amount = most == null ? unstated : most.max(unstated);
      for (Window window : windows(tokenId, shares)) {
        BigDecimal left = window.left(account.reserved);
        if (left.signum() <= 0 || (most != null && most.compareTo(left) > 0)) {
          throw window.exhausted(left, most, clock.instant());
        }
        amount = amount.min(left);
      }
      account.reserved = account.reserved.add(amount);
      reserved = true;
      return new Reservation(tokenId, amount, most, shares.hasBudget());
    } finally {
      account.lock.unlock();
      if (!reserved) {
        leave(tokenId);
      }
    }
  }

  /** What a token has spent and reserved. */
  public Spent spent(String tokenId) {
    LocalDate today = today();
    Account account = enter(tokenId);
    account.lock.lock();
    try {
      return new Spent(
          spending.since(tokenId, today),
          spending.since(tokenId, today.withDayOfMonth(1)),
          account.reserved);
    } finally {
      account.lock.unlock();
      leave(tokenId);
    }
  }

  /**
   * About how many US dollars the work of tokens with a budget has spent since the start, without
   * what agents did in the background.
   */
  public double countedUsd() {
    return counted.sum();
  }

  /** About how many US dollars the work of all tokens has reserved that is not over. */
  public double reservedUsd() {
    return accounts.values().stream().mapToDouble(account -> account.reserved.doubleValue()).sum();
  }

  /** When the present day of UTC ends. */
  public Instant dayEnds() {
    return startOf(today().plusDays(1));
  }

  /** When the present month of UTC ends. */
  public Instant monthEnds() {
    return startOf(today().withDayOfMonth(1).plusMonths(1));
  }

  private List<Window> windows(String tokenId, TokenShares shares) {
    List<Window> windows = new ArrayList<>();
    LocalDate today = today();
    if (shares.monthlyBudgetUsd() != null) {
      LocalDate first = today.withDayOfMonth(1);
      windows.add(
          new Window(
              "monthly_budget_usd",
              "monthly",
              shares.monthlyBudgetUsd(),
              spending.since(tokenId, first),
              startOf(first),
              monthEnds()));
    }
    if (shares.dailyBudgetUsd() != null) {
      windows.add(
          new Window(
              "daily_budget_usd",
              "daily",
              shares.dailyBudgetUsd(),
              spending.since(tokenId, today),
              startOf(today),
              dayEnds()));
    }
    return windows;
  }

  private static boolean brokenOff(WorkState state) {
    return switch (state) {
      case CANCELLED, TIMED_OUT, INTERRUPTED -> true;
      case QUEUED, RUNNING, COMPLETED, FAILED -> false;
    };
  }

  private static boolean withoutModel(@Nullable WorkError error) {
    if (error == null || error.retry().acted()) {
      return false;
    }
    return switch (error.code()) {
      case AGENT_UNAUTHENTICATED,
          AGENT_UNAVAILABLE,
          PROVIDER_OVERLOADED,
          PROVIDER_UNREACHABLE,
          USAGE_LIMIT_REACHED,
          INVALID_REQUEST ->
          true;
      default -> false;
    };
  }

  private record Window(
      String limit,
      String name,
      BigDecimal budget,
      BigDecimal spent,
      Instant begins,
      Instant ends) {
    BigDecimal left(BigDecimal reserved) {
      return budget.subtract(spent).subtract(reserved);
    }

    Refusal exhausted(BigDecimal left, @Nullable BigDecimal most, Instant now) {
      BigDecimal withoutReserved = budget.subtract(spent);
      // Then work that is not over has reserved what is missing.
      boolean soon =
          withoutReserved.signum() > 0 && (most == null || most.compareTo(withoutReserved) <= 0);
      Duration untilReset = Duration.between(now, ends);
      BigDecimal shown = left.max(BigDecimal.ZERO);
      return Refusal.beyond(
          ErrorCode.BUDGET_EXHAUSTED,
          "the %s budget of this token, %s USD, has %s USD left%s; %s"
              .formatted(
                  name,
                  budget.toPlainString(),
                  shown.toPlainString(),
                  most == null || shown.signum() == 0 ? "" : ", less than max_budget_usd asks for",
                  soon
                      ? "work that is not over has reserved some of it, so try again soon"
                      : "it is renewed at " + ends),
          soon || untilReset.compareTo(SOON) < 0 ? SOON : untilReset,
          new Allowance(limit, budget, shown, Duration.between(begins, ends), ends));
    }
  }

  private LocalDate today() {
    return clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
  }

  private static Instant startOf(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private Account enter(String tokenId) {
    return accounts.compute(
        tokenId,
        (id, known) -> {
          Account account = known == null ? new Account() : known;
          account.users++;
          return account;
        });
  }

  private void leave(String tokenId) {
    accounts.computeIfPresent(tokenId, (id, account) -> --account.users == 0 ? null : account);
  }
}

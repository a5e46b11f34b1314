package com.clawdforge.core.share;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.ModelWatch;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the runs and turns that go on have spent on their way to the model, and may spend. Requests
 * of nobody who has an account here are free. Safe for any thread.
 */
public final class ModelSpending implements ModelWatch {
  private final Map<ModelUser, Account> accounts = new ConcurrentHashMap<>();

  /**
   * Opens the account of a piece of work, until it is closed. A user has one at a time.
   *
   * @param most what it may spend in US dollars; null for no bound
   * @param more asked when that is spent, and once more whenever the new bound is; null if there is
   *     no more. It may block for a disk access.
   */
  public Account open(
      ModelUser user, @Nullable BigDecimal most, Supplier<@Nullable BigDecimal> more) {
    Account account = new Account(user, most, more);
    accounts.put(user, account);
    return account;
  }

  @Override
  public boolean hasMoney(ModelUser user) {
    @Nullable Account account = accounts.get(user);
    return account == null || account.hasMoney();
  }

  @Override
  public void over(ModelRequest request) {
    @Nullable Account account = accounts.get(request.user());
    if (account != null) {
      account.add(request);
    }
  }

  /** What one piece of work spends. */
  public final class Account implements AutoCloseable {
    private final ModelUser user;
    private final Supplier<@Nullable BigDecimal> more;
    private @Nullable BigDecimal most;
    private BigDecimal spent = BigDecimal.ZERO;
    private Usage usage = new Usage(0, 0, 0, 0);
    private boolean seen;
    private boolean refused;

    private Account(
        ModelUser user, @Nullable BigDecimal most, Supplier<@Nullable BigDecimal> more) {
      this.user = user;
      this.most = most;
      this.more = more;
    }

    private synchronized boolean hasMoney() {
      if (most == null) {
        return true;
      }
      if (spent.compareTo(most) >= 0 && !refused) {
        @Nullable BigDecimal other = more.get();
        most = other == null ? most : most.max(other);
        refused = spent.compareTo(most) >= 0;
      }
      return !refused;
    }

    private synchronized void add(ModelRequest request) {
      if (request.outcome() == ModelRequest.Outcome.ANSWERED
          || request.outcome() == ModelRequest.Outcome.BROKEN_OFF) {
        seen = true;
        spent = spent.add(request.costUsd());
        usage = usage.plus(request.tokens().usage());
      }
    }

    /** Whether requests came this way, so that what they cost is known. */
    public synchronized boolean isMetered() {
      return seen;
    }

    /** What was spent so far in US dollars. */
    public synchronized BigDecimal spent() {
      return spent;
    }

    /**
     * The outcome of the work, as it is once what was spent is known. Work that a refused request
     * made fail has used up its money. An agent that was stopped may not have said what it has
     * spent, or not all of it; one that came to its end has counted by itself.
     *
     * @param words for the app's developer, if the money is used up
     */
    public synchronized AgentOutcome outcome(AgentOutcome outcome, Supplier<String> words) {
      return switch (outcome) {
        case AgentOutcome.Completed done ->
            new AgentOutcome.Completed(done.text(), done.structured(), known(done.report(), false));
        case AgentOutcome.Failed failed -> {
          AgentReport report = known(failed.report(), true);
          yield refused && failed.failure() != AgentFailure.BUDGET_EXHAUSTED
              ? new AgentOutcome.Failed(
                  AgentFailure.BUDGET_EXHAUSTED, words.get(), failed.stderrTail(), report)
              : new AgentOutcome.Failed(
                  failed.failure(), failed.message(), failed.stderrTail(), report, failed.retry());
        }
        case AgentOutcome.Cancelled cancelled ->
            new AgentOutcome.Cancelled(known(cancelled.report(), true));
        case AgentOutcome.TimedOut late ->
            new AgentOutcome.TimedOut(late.stderrTail(), known(late.report(), true));
      };
    }

    private AgentReport known(AgentReport report, boolean stopped) {
      if (spent.signum() == 0) {
        return report;
      }
      @Nullable BigDecimal said = report.costUsd();
      BigDecimal cost = said == null ? spent : stopped ? said.max(spent) : said;
      return new AgentReport(
          report.model(),
          report.stopReason(),
          report.usage() == null ? usage : report.usage(),
          cost,
          report.details());
    }

    @Override
    public void close() {
      accounts.remove(user, this);
    }
  }
}

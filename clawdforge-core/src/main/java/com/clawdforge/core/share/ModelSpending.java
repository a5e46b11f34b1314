package com.clawdforge.core.share;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.AgentOutcome;
import com.clawdforge.core.agent.AgentReport;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.ModelWatch;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the runs and turns that go on have spent on their way to the model, and may spend; and what
 * sessions spend between their turns. Requests of runs that have no account here are free. Safe for
 * any thread.
 */
public final class ModelSpending implements ModelWatch {
  private static final System.Logger log = System.getLogger(ModelSpending.class.getName());

  /** As what agents say is rounded. */
  private static final int DECIMALS = 9;

  private final Map<ModelUser, Account> accounts = new ConcurrentHashMap<>();
  private final Map<ModelUser, BigDecimal> underWay = new ConcurrentHashMap<>();
  private final BetweenTurns betweenTurns = new BetweenTurns();

  /** Where an account gets more to spend. */
  public interface More {
    /**
     * Called by one thread at a time; may block for a disk access.
     *
     * @param missing what was spent beyond the bound, or 0; in US dollars
     * @return the new bound, or null if there is no more
     */
    @Nullable BigDecimal more(BigDecimal missing);
  }

  /**
   * Opens the account of a piece of work, until it is closed. A user has one at a time.
   *
   * @param most what it may spend in US dollars; null for no bound
   * @param more asked when that is spent, and again whenever the new bound is
   */
  public Account open(ModelUser user, @Nullable BigDecimal most, More more) {
    Account account = new Account(user, most, more);
    accounts.put(user, account);
    return account;
  }

  /**
   * Opens the account of a turn. Between its turns a session may ask nothing, unless it is allowed
   * background work: what has been left running by a command would go on for nothing.
   */
  public Account openTurn(
      String sessionId, boolean background, @Nullable BigDecimal most, More more) {
    ModelUser user = new ModelUser(ModelUser.Kind.SESSION, sessionId);
    betweenTurns.allow(user, background);
    return open(user, most, more);
  }

  /**
   * What a session has spent that no turn of it has; the next call does not return it again.
   *
   * @param said what its agent says that it has spent between turns, in US dollars; null if nothing
   */
  public BigDecimal takeBetweenTurns(String sessionId, @Nullable BigDecimal said) {
    return rounded(betweenTurns.take(new ModelUser(ModelUser.Kind.SESSION, sessionId), said));
  }

  /** The session is closed, and asks nothing any more. */
  public void forget(String sessionId) {
    betweenTurns.forget(new ModelUser(ModelUser.Kind.SESSION, sessionId));
  }

  @Override
  public boolean hasMoney(ModelUser user) {
    @Nullable Account account = accounts.get(user);
    if (account != null && !account.isSettled()) {
      return account.hasMoney();
    }
    return betweenTurns.mayAsk(user);
  }

  @Override
  public boolean begins(ModelUser user, BigDecimal estimateUsd) {
    @Nullable Account account = accounts.get(user);
    if (account != null) {
      return account.begins(estimateUsd);
    }
    underWay.merge(user, estimateUsd, BigDecimal::add);
    return true;
  }

  @Override
  public void ended(ModelUser user, BigDecimal estimateUsd) {
    underWay.computeIfPresent(
        user, (id, all) -> all.compareTo(estimateUsd) <= 0 ? null : all.subtract(estimateUsd));
  }

  @Override
  public void over(ModelRequest request) {
    if (request.outcome() != ModelRequest.Outcome.ANSWERED
        && request.outcome() != ModelRequest.Outcome.BROKEN_OFF) {
      return;
    }
    @Nullable Account account = accounts.get(request.user());
    if (account == null || !account.add(request)) {
      betweenTurns.add(request.user(), request.costUsd());
    }
  }

  private static BigDecimal rounded(BigDecimal dollars) {
    return dollars.scale() > DECIMALS ? dollars.setScale(DECIMALS, RoundingMode.HALF_UP) : dollars;
  }

  /** What one piece of work spends. */
  public final class Account implements AutoCloseable {
    private final ModelUser user;
    private final More more;
    // Held while more is asked for; what is over is counted meanwhile.
    private final Lock asking = new ReentrantLock();
    private @Nullable BigDecimal most;
    private BigDecimal spent = BigDecimal.ZERO;
    private Usage usage = new Usage(0, 0, 0, 0);
    private boolean seen;
    private boolean refused;
    private boolean settled;
    private boolean told;

    private Account(ModelUser user, @Nullable BigDecimal most, More more) {
      this.user = user;
      this.most = most;
      this.more = more;
    }

    private boolean hasMoney() {
      if (missing() == null) {
        return true;
      }
      asking.lock();
      try {
        // Until it suffices: requests that are over meanwhile may take what was just added.
        for (@Nullable BigDecimal missing = missing(); missing != null; missing = missing()) {
          if (isRefused() || !raise(more.more(missing))) {
            return false;
          }
        }
        return true;
      } catch (RuntimeException e) {
        // What is known is that the money is spent.
        tell(e);
        return false;
      } finally {
        asking.unlock();
      }
    }

    // The first one always may. Of a run that reserves no more, the others wait for it.
    private boolean begins(BigDecimal estimate) {
      if (addUnderWay(estimate)) {
        return true;
      }
      asking.lock();
      try {
        if (addUnderWay(estimate)) {
          return true;
        }
        @Nullable BigDecimal bound = isRefused() ? null : more.more(beyond().max(BigDecimal.ZERO));
        if (bound != null) {
          raise(bound);
        }
        return addUnderWay(estimate);
      } catch (RuntimeException e) {
        tell(e);
        return false;
      } finally {
        asking.unlock();
      }
    }

    private synchronized boolean addUnderWay(BigDecimal estimate) {
      if (underWay.containsKey(user) && beyond().signum() >= 0) {
        return false;
      }
      underWay.merge(user, estimate, BigDecimal::add);
      return true;
    }

    /** By how much what was spent and is under way is beyond the bound; below 0 if it is not. */
    private synchronized BigDecimal beyond() {
      return most == null
          ? BigDecimal.ONE.negate()
          : spent.add(underWay.getOrDefault(user, BigDecimal.ZERO)).subtract(most);
    }

    /** What was spent beyond the bound, or 0; null if there is money left. */
    private synchronized @Nullable BigDecimal missing() {
      return most == null || (!refused && spent.compareTo(most) < 0)
          ? null
          : spent.subtract(most).max(BigDecimal.ZERO);
    }

    private synchronized boolean isRefused() {
      return refused;
    }

    private synchronized boolean raise(@Nullable BigDecimal bound) {
      boolean raised = bound != null && (most == null || bound.compareTo(most) > 0);
      if (raised) {
        most = bound;
      }
      refused = !raised;
      return raised;
    }

    private synchronized void tell(RuntimeException e) {
      if (!told) {
        told = true;
        log.log(
            System.Logger.Level.WARNING,
            "whether there is more money for " + user + " is not known, so that it gets none",
            e);
      }
    }

    private synchronized boolean add(ModelRequest request) {
      if (settled) {
        return false;
      }
      seen = true;
      spent = spent.add(request.costUsd());
      usage = usage.plus(request.tokens().usage());
      return true;
    }

    private synchronized boolean isSettled() {
      return settled;
    }

    /** Whether requests came this way, so that what they cost is known. */
    public synchronized boolean isMetered() {
      return seen;
    }

    /** What was spent so far in US dollars. */
    public synchronized BigDecimal spent() {
      return rounded(spent);
    }

    /**
     * The outcome of the work, as it is once what was spent is known; what is over later is not its
     * own. Work that a refused request made fail has used up its money. No work has cost less than
     * its requests: an agent does not know what its commands ask, and one that was stopped may not
     * have said what it has spent, or not all of it.
     *
     * @param words for the app's developer, if the money is used up
     */
    public synchronized AgentOutcome outcome(AgentOutcome outcome, Supplier<String> words) {
      settled = true;
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

    /** What is known of work that has no outcome; what is over later is not its own. */
    public synchronized AgentReport withoutOutcome() {
      settled = true;
      return known(AgentReport.NONE, true);
    }

    private AgentReport known(AgentReport report, boolean stopped) {
      if (spent.signum() == 0) {
        return report;
      }
      @Nullable BigDecimal said = report.costUsd();
      BigDecimal all = rounded(spent);
      BigDecimal cost = said == null ? all : betweenTurns.withoutRepeated(user, said, all).max(all);
      if (stopped) {
        betweenTurns.unsaid(user, said == null ? all : all.subtract(said));
      }
      return new AgentReport(
          report.model(),
          report.stopReason(),
          report.usage() == null ? usage : report.usage(),
          cost,
          report.details());
    }

    @Override
    public void close() {
      synchronized (this) {
        if (!settled) {
          settled = true;
          betweenTurns.add(user, spent);
        }
      }
      accounts.remove(user, this);
    }
  }
}

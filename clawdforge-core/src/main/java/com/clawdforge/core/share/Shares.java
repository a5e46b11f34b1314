package com.clawdforge.core.share;

import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.Allowance;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.usage.Spending;
import com.clawdforge.core.work.Owners;
import com.clawdforge.core.work.Places;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What each token takes of the server, and may take: places for its runs and turns, room for its
 * prompts that wait, and money. One for all services. Safe for any thread.
 */
public final class Shares {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Owners owners = new Owners();
  private final Budgets budgets;
  private final PromptRoom prompts;
  private final ModelSpending models;
  // Wins over what a caller carries, which is as old as its authentication.
  private final Map<String, TokenShares> changed = new ConcurrentHashMap<>();

  /** Where no requests to the model are seen. */
  public Shares(Budgets budgets, PromptRoom prompts) {
    this(budgets, prompts, new ModelSpending());
  }

  /**
   * Empty of work.
   *
   * @param models sees the requests to the model
   */
  public Shares(Budgets budgets, PromptRoom prompts, ModelSpending models) {
    this.budgets = budgets;
    this.prompts = prompts;
    this.models = models;
  }

  /** Without a ledger of what is spent, and with prompts in memory. */
  public static Shares ofMemory() {
    return new Shares(
        new Budgets(Spending.NOTHING, Clock.systemUTC(), BigDecimal.ONE),
        new PromptRoom(Long.MAX_VALUE, PromptSpool.IN_MEMORY));
  }

  /** Places that are shared between tokens. */
  public Places places(int places, int maxWaiting) {
    return new Places(places, maxWaiting, owners);
  }

  public Budgets budgets() {
    return budgets;
  }

  public PromptRoom prompts() {
    return prompts;
  }

  /** What work spends on its way to the model. */
  public ModelSpending models() {
    return models;
  }

  /** What a caller may take now. */
  public TokenShares of(Caller caller) {
    return changed.getOrDefault(caller.tokenId(), caller.limits().shares());
  }

  /** Call when the shares of a token have changed; work of it that waits is told. */
  public void changed(String tokenId, TokenShares shares) {
    changed.put(tokenId, shares);
    owners.limit(tokenId, most(shares));
  }

  /** Call when a token was revoked. */
  public void revoked(String tokenId) {
    changed.remove(tokenId);
  }

  /** Asks for a place for work of a caller; empty if its part of the queue is full. */
  public Optional<Places.Place> ask(Places places, Caller caller) {
    return places.ask(caller.tokenId(), () -> most(of(caller)));
  }

  /** How many runs and turns of a token have a place. */
  public int running(String tokenId) {
    return owners.running(tokenId);
  }

  /**
   * How many runs and turns of a token wait for a place; turns that wait for their session do not.
   */
  public int waiting(String tokenId) {
    return owners.waiting(tokenId);
  }

  /** How many tokens have places or wait for them. */
  public Owners.Crowd crowd() {
    return owners.crowd();
  }

  /**
   * Why work of a caller gets no place: because of its own limit, if it has as many places as it
   * may have, or else for a reason of the server's.
   */
  public Refusal noPlace(Caller caller, Refusal ofServer) {
    @Nullable Integer most = of(caller).maxConcurrent();
    return most == null || !owners.full(caller.tokenId())
        ? ofServer
        : Refusal.beyond(
            ErrorCode.QUOTA_EXCEEDED,
            "this token may have %d runs and turns at once, and more wait already; try again soon"
                .formatted(most),
            SOON,
            new Allowance("max_concurrent", BigDecimal.valueOf(most), BigDecimal.ZERO, null, null));
  }

  private static int most(TokenShares shares) {
    return shares.maxConcurrent() == null ? Integer.MAX_VALUE : shares.maxConcurrent();
  }
}

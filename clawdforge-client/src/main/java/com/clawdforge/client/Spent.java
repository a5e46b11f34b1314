package com.clawdforge.client;

import java.math.BigDecimal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What work has used, by the gateway's ledger. The gateway is asked when somebody wants to know,
 * and its answer is kept. Thread-safe; two threads may both ask.
 */
final class Spent {
  /** Of work that no ledger knows. */
  static final Spent UNKNOWN = new Spent(() -> new Amounts(null, null));

  private final Supplier<Amounts> ledger;
  private volatile @Nullable Amounts known;

  /** Both are null if the agent reported none. */
  record Amounts(@Nullable Usage usage, @Nullable BigDecimal costUsd) {}

  private Spent(Supplier<Amounts> ledger) {
    this.ledger = ledger;
  }

  static Spent ofRun(Supplier<RunInfo> run) {
    return new Spent(
        () -> {
          RunInfo info = run.get();
          return new Amounts(info.usage(), info.costUsd());
        });
  }

  static Spent ofTurn(Supplier<TurnInfo> turn) {
    return new Spent(
        () -> {
          TurnInfo info = turn.get();
          return new Amounts(info.usage(), info.costUsd());
        });
  }

  @Nullable Usage usage() {
    return amounts().usage();
  }

  @Nullable BigDecimal costUsd() {
    return amounts().costUsd();
  }

  private Amounts amounts() {
    Amounts amounts = known;
    if (amounts == null) {
      amounts = ledger.get();
      known = amounts;
    }
    return amounts;
  }
}

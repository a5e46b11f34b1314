package com.clawdforge.core.error;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A limit of a token, and what is left of it.
 *
 * @param limit the limit's name in the contract, such as {@code daily_budget_usd}
 * @param allowed what the limit allows
 * @param left what is left now; never negative
 * @param window the time for which it allows that, or null if it is no matter of time
 * @param resetsAt when all of it is there again, or null if no clock decides that
 */
public record Allowance(
    String limit,
    BigDecimal allowed,
    BigDecimal left,
    @Nullable Duration window,
    @Nullable Instant resetsAt) {
  public Allowance {
    left = left.max(BigDecimal.ZERO);
  }
}

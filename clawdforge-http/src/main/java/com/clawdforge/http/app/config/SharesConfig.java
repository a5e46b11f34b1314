package com.clawdforge.http.app.config;

import com.clawdforge.core.auth.TokenShares;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * How much of the server each token may take.
 *
 * @param ofTokens the shares of tokens that have none of their own
 * @param unstatedCostUsd what a token with a budget reserves for work at least; more than 0
 * @param maxWaitingPromptBytes how large prompts that wait may be together
 */
public record SharesConfig(
    TokenShares ofTokens, BigDecimal unstatedCostUsd, long maxWaitingPromptBytes) {
  private static final long DEFAULT_WAITING = 512L << 20;

  static SharesConfig from(Variables read) {
    return new SharesConfig(
        new TokenShares(
            integer(read, "CLAWDFORGE_DEFAULT_MAX_CONCURRENT", 1, TokenShares.MOST_CONCURRENT),
            integer(read, "CLAWDFORGE_DEFAULT_MAX_SESSIONS", 0, TokenShares.MOST_SESSIONS),
            integer(read, "CLAWDFORGE_DEFAULT_REQUESTS_PER_MINUTE", 1, TokenShares.MOST_REQUESTS),
            read.dollarsOrNull("CLAWDFORGE_DEFAULT_DAILY_BUDGET_USD"),
            read.dollarsOrNull("CLAWDFORGE_DEFAULT_MONTHLY_BUDGET_USD"),
            read.numberOrNull("CLAWDFORGE_DEFAULT_MAX_STORAGE_BYTES", 0, TokenShares.MOST_BYTES)),
        unstated(read),
        read.number("CLAWDFORGE_MAX_WAITING_PROMPT_BYTES", DEFAULT_WAITING, 1, 1L << 40));
  }

  // Else work that says nothing would reserve nothing, and could cost nothing when it is cancelled.
  private static BigDecimal unstated(Variables read) {
    BigDecimal amount = read.dollars("CLAWDFORGE_UNSTATED_COST_USD", BigDecimal.ONE);
    if (amount.signum() == 0) {
      throw new ConfigException("CLAWDFORGE_UNSTATED_COST_USD must be more than 0");
    }
    return amount;
  }

  private static @Nullable Integer integer(Variables read, String name, int least, int most) {
    Long number = read.numberOrNull(name, least, most);
    return number == null ? null : Math.toIntExact(number);
  }
}

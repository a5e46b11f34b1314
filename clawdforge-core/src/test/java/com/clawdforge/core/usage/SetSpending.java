package com.clawdforge.core.usage;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.TreeMap;

/** What one token has spent, as a test sets it; all others spend nothing. Safe for any thread. */
public final class SetSpending implements Spending {
  private final String token;
  private final TreeMap<LocalDate, BigDecimal> spent = new TreeMap<>();

  /**
   * @param token the id of the token that spends
   */
  public SetSpending(String token) {
    this.token = token;
  }

  @Override
  public synchronized BigDecimal since(String tokenId, LocalDate day) {
    return tokenId.equals(token)
        ? spent.tailMap(day).values().stream().reduce(BigDecimal.ZERO, BigDecimal::add)
        : BigDecimal.ZERO;
  }

  @Override
  public synchronized void add(String tokenId, LocalDate day, BigDecimal usd) {
    if (tokenId.equals(token)) {
      spent.merge(day, usd, BigDecimal::add);
    }
  }
}

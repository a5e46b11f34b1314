package com.clawdforge.core.agent;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What an agent reported about its work.
 *
 * @param model the provider's id of the model that answered, or null if unknown
 * @param stopReason as the provider names it ({@code end_turn}, {@code max_tokens}, …), or null
 * @param usage null if the agent reported none
 * @param costUsd the agent's own estimate in US dollars, or null; also null if the number has more
 *     than a hundred digits
 */
public record AgentReport(
    @Nullable String model,
    @Nullable String stopReason,
    @Nullable Usage usage,
    @Nullable BigDecimal costUsd) {
  /** Nothing is known. */
  public static final AgentReport NONE = new AgentReport(null, null, null, null);

  private static final int MOST_DIGITS = 100;

  public AgentReport {
    costUsd = costUsd != null && isOfReasonableSize(costUsd) ? costUsd : null;
  }

  // 1e999999999 is a short text but a very long number once it is added up or printed.
  private static boolean isOfReasonableSize(BigDecimal number) {
    return number.precision() <= MOST_DIGITS && Math.abs((long) number.scale()) <= MOST_DIGITS;
  }
}

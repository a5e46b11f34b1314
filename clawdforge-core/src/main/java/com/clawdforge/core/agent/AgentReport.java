package com.clawdforge.core.agent;

import com.clawdforge.core.text.ModelText;
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
 * @param details what it reported besides
 */
public record AgentReport(
    @Nullable String model,
    @Nullable String stopReason,
    @Nullable Usage usage,
    @Nullable BigDecimal costUsd,
    AgentDetails details) {
  /** Nothing is known. */
  public static final AgentReport NONE = new AgentReport(null, null, null, null);

  public AgentReport {
    model = ModelText.plainOrNull(model);
    stopReason = ModelText.plainOrNull(stopReason);
    costUsd = Bounds.number(costUsd);
  }

  /** A report without details. */
  public AgentReport(
      @Nullable String model,
      @Nullable String stopReason,
      @Nullable Usage usage,
      @Nullable BigDecimal costUsd) {
    this(model, stopReason, usage, costUsd, AgentDetails.NONE);
  }

  /** Returns this report with another stop reason. */
  public AgentReport stoppedBy(String reason) {
    return new AgentReport(model, reason, usage, costUsd, details);
  }

  /** Returns this report with {@link AgentDetails#NONE}. */
  public AgentReport withoutDetails() {
    return new AgentReport(model, stopReason, usage, costUsd);
  }
}

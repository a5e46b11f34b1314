package com.clawdforge.core.agent;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What one of the models behind an answer used.
 *
 * @param model the provider's id
 * @param costUsd the agent's own estimate in US dollars, or null; also null if the number has more
 *     than a hundred digits
 */
public record ModelUse(String model, Usage usage, @Nullable BigDecimal costUsd) {
  public ModelUse {
    model = Bounds.cut(model);
    costUsd = Bounds.number(costUsd);
  }
}

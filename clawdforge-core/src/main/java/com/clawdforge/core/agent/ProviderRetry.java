package com.clawdforge.core.agent;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request to the model's provider that the agent repeated by itself.
 *
 * @param status the HTTP status that the provider answered; 0 if it is unknown or there was no
 *     answer
 * @param error the agent's word for the error, or null; longer ones are cut at 500 characters
 * @param delay how long the agent waited before it repeated the request, in milliseconds
 */
public record ProviderRetry(int status, @Nullable String error, Duration delay) {
  private static final int LOWEST_STATUS = 100;
  private static final int HIGHEST_STATUS = 599;
  private static final Duration LONGEST = Duration.ofDays(1);

  public ProviderRetry {
    status = status < LOWEST_STATUS || status > HIGHEST_STATUS ? 0 : status;
    error = Bounds.text(error);
    delay = delay.isNegative() ? Duration.ZERO : delay;
    delay = Duration.ofMillis((delay.compareTo(LONGEST) > 0 ? LONGEST : delay).toMillis());
  }
}

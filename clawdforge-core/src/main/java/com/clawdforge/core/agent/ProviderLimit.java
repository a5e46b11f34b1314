package com.clawdforge.core.agent;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the provider last said about a limit of the account.
 *
 * @param window the provider's name of the limit, such as {@code five_hour} or {@code seven_day}
 * @param status {@code allowed}, {@code allowed_warning} or {@code rejected}
 * @param utilization the used share: 1 is all of it; null if unknown
 * @param resetsAt when the use is counted anew, in milliseconds, or null if unknown
 */
public record ProviderLimit(
    String window, String status, @Nullable Double utilization, @Nullable Instant resetsAt) {
  /** The {@link #status} of a limit that is used up. */
  public static final String REJECTED = "rejected";

  public ProviderLimit {
    window = Bounds.cut(window);
    status = Bounds.cut(status);
    utilization =
        utilization != null && Double.isFinite(utilization) && utilization >= 0
            ? utilization
            : null;
    resetsAt = Bounds.time(resetsAt);
  }
}

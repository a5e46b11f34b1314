package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The limit of the gateway's account at the model's provider is used up (429): no app gets an
 * answer from this agent before the limit is reset.
 */
public final class ForgeUsageLimitException extends ForgeRateLimitException {
  private static final long serialVersionUID = 1L;

  ForgeUsageLimitException(Problem problem) {
    super(problem);
  }

  /** When the limit is reset, or null if unknown. */
  public @Nullable Instant resetsAt() {
    return problem.resetsAt();
  }

  /** The provider's name of the limit, such as {@code five_hour}, or null if unknown. */
  public @Nullable String limit() {
    return problem.limit();
  }
}

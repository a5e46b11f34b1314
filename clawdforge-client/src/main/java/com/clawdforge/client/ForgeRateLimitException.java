package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;

/**
 * The token exceeded a limit, or the gateway's account did (429); {@link #retryAfter} says when to
 * retry.
 */
public sealed class ForgeRateLimitException extends ForgeApiException
    permits ForgeUsageLimitException {
  private static final long serialVersionUID = 1L;

  ForgeRateLimitException(Problem problem) {
    super(problem);
  }
}

package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;

/** The token exceeded a limit (429); {@link #retryAfter} says when to retry. */
public final class ForgeRateLimitException extends ForgeApiException {
  private static final long serialVersionUID = 1L;

  ForgeRateLimitException(Problem problem) {
    super(problem);
  }
}

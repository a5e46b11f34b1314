package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;

/** The token has asked for too much (429); {@link #retryAfter} says when it may again. */
public final class ForgeRateLimitException extends ForgeApiException {
  private static final long serialVersionUID = 1L;

  ForgeRateLimitException(Problem problem) {
    super(problem);
  }
}

package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;

/** The requested resource does not exist, or belongs to another token (404). */
public final class ForgeNotFoundException extends ForgeApiException {
  private static final long serialVersionUID = 1L;

  ForgeNotFoundException(Problem problem) {
    super(problem);
  }
}

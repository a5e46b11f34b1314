package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;

/** The token is unknown or revoked (401). */
public final class ForgeAuthenticationException extends ForgeApiException {
  private static final long serialVersionUID = 1L;

  ForgeAuthenticationException(Problem problem) {
    super(problem);
  }
}

package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;

/** The gateway does not know the token, or does not any more (401). */
public final class ForgeAuthenticationException extends ForgeApiException {
  private static final long serialVersionUID = 1L;

  ForgeAuthenticationException(Problem problem) {
    super(problem);
  }
}

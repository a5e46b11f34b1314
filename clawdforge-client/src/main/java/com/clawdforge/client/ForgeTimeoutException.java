package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;

/** The agent did not answer within the request's timeout and was ended (504). */
public final class ForgeTimeoutException extends ForgeAgentException {
  private static final long serialVersionUID = 1L;

  ForgeTimeoutException(Problem problem) {
    super(problem);
  }
}

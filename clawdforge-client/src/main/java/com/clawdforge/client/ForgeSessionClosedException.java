package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;

/** The session of the requested turn is closed (410). */
public final class ForgeSessionClosedException extends ForgeApiException {
  private static final long serialVersionUID = 1L;

  ForgeSessionClosedException(Problem problem) {
    super(problem);
  }
}

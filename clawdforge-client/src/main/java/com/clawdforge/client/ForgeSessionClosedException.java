package com.clawdforge.client;

/** A turn was asked for in a session that is closed (410). */
public final class ForgeSessionClosedException extends ForgeApiException {
  private static final long serialVersionUID = 1L;

  ForgeSessionClosedException(Problem problem) {
    super(problem);
  }
}

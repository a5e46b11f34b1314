package com.clawdforge.client;

/** There is no such thing, or it belongs to another token (404). */
public final class ForgeNotFoundException extends ForgeApiException {
  private static final long serialVersionUID = 1L;

  ForgeNotFoundException(Problem problem) {
    super(problem);
  }
}

package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;

/**
 * The model's provider is overloaded, or does not answer (503), and the agent's own retries did not
 * help. {@link #retryAfter} says when to ask again.
 */
public final class ForgeProviderException extends ForgeAgentException {
  private static final long serialVersionUID = 1L;

  ForgeProviderException(Problem problem) {
    super(problem);
  }
}

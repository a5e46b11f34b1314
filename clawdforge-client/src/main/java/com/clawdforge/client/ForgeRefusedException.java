package com.clawdforge.client;

import com.clawdforge.client.internal.Problem;

/** The model refused, and there is no answer (422). The same prompt will be refused again. */
public final class ForgeRefusedException extends ForgeAgentException {
  private static final long serialVersionUID = 1L;

  ForgeRefusedException(Problem problem) {
    super(problem);
  }
}

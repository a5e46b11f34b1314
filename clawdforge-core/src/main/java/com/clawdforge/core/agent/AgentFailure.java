package com.clawdforge.core.agent;

/** Why an agent gave no answer, in the categories that callers treat differently. */
public enum AgentFailure {
  /** The agent ran and failed. */
  FAILED,
  /** The agent has no login, or the provider refused it. */
  UNAUTHENTICATED,
  /** The answer does not match the requested schema. */
  OUTPUT_INVALID,
  /** {@link OneShot#maxBudgetUsd()} is used up. */
  BUDGET_EXHAUSTED,
  /** The agent is not installed or could not be started. */
  UNAVAILABLE
}

package com.clawdforge.core.agent;

/** Why an agent gave no answer, as far as a caller would act on it. */
public enum AgentFailure {
  /** It ran and failed. */
  FAILED,
  /** It has no login, or the provider refused the one it has. */
  UNAUTHENTICATED,
  /** It answered, but not under the schema that was asked for. */
  OUTPUT_INVALID,
  /** {@link OneShot#maxBudgetUsd()} is used up. */
  BUDGET_EXHAUSTED,
  /** It is not installed, or could not be started at all. */
  UNAVAILABLE
}

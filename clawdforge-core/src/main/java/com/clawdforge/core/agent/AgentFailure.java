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
  UNAVAILABLE,
  /** The account's limit at the provider is used up; {@link RetryAdvice} may say until when. */
  USAGE_LIMIT_REACHED,
  /** The provider answered that it is overloaded or broken, after the agent's own retries. */
  PROVIDER_OVERLOADED,
  /** The provider did not answer, after the agent's own retries. */
  PROVIDER_UNREACHABLE,
  /** The model refused, and there is no answer. */
  REFUSED,
  /** The provider does not accept an attached file. */
  INPUT_INVALID
}

package com.clawdforge.acpx.program;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.RetryAdvice;

/**
 * Why the provider gave no answer.
 *
 * @param message for the app's developer
 */
public record ProviderTrouble(AgentFailure failure, String message, RetryAdvice advice) {
  static ProviderTrouble loginRefused(String words, RetryAdvice advice) {
    return new ProviderTrouble(
        AgentFailure.UNAUTHENTICATED, "the provider refused the agent's login: " + words, advice);
  }

  static ProviderTrouble limitReached(String words, RetryAdvice advice) {
    return new ProviderTrouble(
        AgentFailure.USAGE_LIMIT_REACHED,
        "the account's usage limit at the provider is reached: " + words,
        advice);
  }

  /**
   * The provider is overloaded or broken.
   *
   * @param status the HTTP status; 0 if it is unknown
   * @param requests how often it was asked
   */
  static ProviderTrouble overloaded(int status, int requests, String words, RetryAdvice advice) {
    return new ProviderTrouble(
        AgentFailure.PROVIDER_OVERLOADED,
        "the model's API "
            + (status == 0 ? "is in trouble" : "answered " + status)
            + times(requests)
            + words,
        advice);
  }

  /**
   * The provider did not answer, or not to the end.
   *
   * @param requests how often it was asked
   */
  static ProviderTrouble unreachable(int requests, String words, RetryAdvice advice) {
    return new ProviderTrouble(
        AgentFailure.PROVIDER_UNREACHABLE,
        "the model's API gave no answer" + times(requests) + words,
        advice);
  }

  private static String times(int requests) {
    return requests > 1 ? ", " + requests + " times: " : ": ";
  }
}

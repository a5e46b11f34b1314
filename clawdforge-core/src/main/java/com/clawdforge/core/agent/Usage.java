package com.clawdforge.core.agent;

/** Tokens as the provider counts them. */
public record Usage(
    long inputTokens, long outputTokens, long cacheReadInputTokens, long cacheCreationInputTokens) {
  /** Returns the sum; a number that is out of range becomes the nearest {@code long}. */
  public Usage plus(Usage other) {
    return new Usage(
        sum(inputTokens, other.inputTokens),
        sum(outputTokens, other.outputTokens),
        sum(cacheReadInputTokens, other.cacheReadInputTokens),
        sum(cacheCreationInputTokens, other.cacheCreationInputTokens));
  }

  // A number that an agent reports must not keep its work from being recorded.
  private static long sum(long one, long other) {
    try {
      return Math.addExact(one, other);
    } catch (ArithmeticException outOfRange) {
      return one < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}

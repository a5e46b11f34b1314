package com.clawdforge.core.model;

import com.clawdforge.core.agent.Usage;

/**
 * What a provider counted for one request, as far as the price depends on it. Numbers below 0 are
 * taken for 0.
 *
 * @param input without what was read from a cache or written to one
 * @param cacheWrite written to a cache for five minutes
 * @param cacheWriteHour written to a cache for an hour
 * @param searches of the web that the provider did
 * @param fast whether the model answered in its fast and dearer mode
 */
public record ModelTokens(
    long input,
    long output,
    long cacheRead,
    long cacheWrite,
    long cacheWriteHour,
    long searches,
    boolean fast) {
  /** Of a request for which nothing is counted. */
  public static final ModelTokens NONE = of(0, 0);

  public ModelTokens {
    input = Math.max(0, input);
    output = Math.max(0, output);
    cacheRead = Math.max(0, cacheRead);
    cacheWrite = Math.max(0, cacheWrite);
    cacheWriteHour = Math.max(0, cacheWriteHour);
    searches = Math.max(0, searches);
  }

  /** Without caches and searches. */
  public static ModelTokens of(long input, long output) {
    return new ModelTokens(input, output, 0, 0, 0, 0, false);
  }

  /** The same numbers, as those of work are counted. */
  public Usage usage() {
    return new Usage(input, output, cacheRead, 0)
        .plus(new Usage(0, 0, 0, cacheWrite))
        .plus(new Usage(0, 0, 0, cacheWriteHour));
  }
}

package com.clawdforge.core.agent;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when a failed prompt may be repeated.
 *
 * @param notBefore when a retry may succeed, in milliseconds; null if unknown, before 1970 or after
 *     the year 9999
 * @param limit the provider's name of the limit that is used up, such as {@code five_hour} or
 *     {@code seven_day}, or null
 * @param acted whether the model answered anything before the failure: then tools may have had
 *     effects
 */
public record RetryAdvice(@Nullable Instant notBefore, @Nullable String limit, boolean acted) {
  /** Nothing is known, and nothing was done. */
  public static final RetryAdvice NONE = new RetryAdvice(null, null, false);

  public RetryAdvice {
    notBefore = Bounds.time(notBefore);
    limit = Bounds.text(limit);
  }
}

package com.clawdforge.core.work;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A caller's name for one piece of work, so that asking twice does it once.
 *
 * @param bodyHash tells whether the same thing is asked for
 */
public record IdempotencyKey(String value, String bodyHash) {
  /** How long a key is remembered. */
  public static final Duration REMEMBERED = Duration.ofHours(24);

  /**
   * Refuses with {@link ErrorCode#IDEMPOTENCY_CONFLICT} unless a request under this key asks for
   * the same again.
   *
   * @param repeated the key of that request
   */
  public void requireSame(@Nullable IdempotencyKey repeated) {
    if (repeated == null || !bodyHash.equals(repeated.bodyHash)) {
      throw conflict();
    }
  }

  public static Refusal conflict() {
    return Refusal.of(
        ErrorCode.IDEMPOTENCY_CONFLICT,
        "this Idempotency-Key was used with another body; use a new key for a new request");
  }
}

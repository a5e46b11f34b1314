package com.clawdforge.core.model;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request of an agent to its model, once it is over.
 *
 * @param user whose it was when it was sent
 * @param status the HTTP status of the provider's answer; 0 if there was none
 * @param model as the provider names it in its answer, or null if it does not
 * @param tokens as the provider counts them
 * @param estimated whether the tokens are a guess on the safe side, because the answer broke off or
 *     does not tell them
 * @param costUsd by {@link ModelPrices}
 * @param firstByte from sending it to the beginning of the answer; null if there was none
 * @param took from sending it to its end
 * @param retryAfter how long the provider asks to wait, or null
 */
public record ModelRequest(
    ModelUser user,
    Outcome outcome,
    int status,
    @Nullable String model,
    ModelTokens tokens,
    boolean estimated,
    BigDecimal costUsd,
    @Nullable Duration firstByte,
    Duration took,
    @Nullable Duration retryAfter) {
  /** What became of a request. */
  public enum Outcome {
    /** The provider answered, with an answer or an error. */
    ANSWERED,
    /** The answer, or the wait for it, was cut off by whatever side. */
    BROKEN_OFF,
    /** It was not sent, because the money for the work is used up. */
    NO_MONEY,
    /** It was not sent for another reason, such as that its work is over. */
    REFUSED
  }

  /** A request that was not sent. */
  public static ModelRequest notSent(ModelUser user, Outcome outcome) {
    return new ModelRequest(
        user,
        outcome,
        0,
        null,
        ModelTokens.NONE,
        false,
        BigDecimal.ZERO,
        null,
        Duration.ZERO,
        null);
  }
}

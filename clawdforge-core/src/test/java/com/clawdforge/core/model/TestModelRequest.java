package com.clawdforge.core.model;

import java.math.BigDecimal;
import java.time.Duration;

/** Requests to a model that are over. */
public final class TestModelRequest {
  private TestModelRequest() {}

  /** One that was answered and cost this many dollars, with 12 tokens in and 7 out. */
  public static ModelRequest costing(ModelUser user, String dollars) {
    return new ModelRequest(
        user,
        ModelRequest.Outcome.ANSWERED,
        200,
        "fake-model-1",
        ModelTokens.of(12, 7),
        false,
        new BigDecimal(dollars),
        Duration.ofMillis(5),
        Duration.ofMillis(9),
        null);
  }
}

package com.clawdforge.client.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** A good answer of the gateway. */
public record JsonAnswer(HttpHeaders headers, ObjectNode body) {
  /** The cost of a run or a turn in US dollars; null if the agent gave none. */
  public @Nullable BigDecimal costUsd() {
    String amount = headers.firstValue("X-Clawdforge-Cost-Usd").orElse("");
    try {
      return new BigDecimal(amount);
    } catch (NumberFormatException noneOrGarbage) {
      return null;
    }
  }
}

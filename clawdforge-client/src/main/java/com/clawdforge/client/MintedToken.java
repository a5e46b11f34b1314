package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/**
 * A new app token with its secret, which the gateway shows only once.
 *
 * @param token the secret
 * @param cidrs the addresses that may use it; empty for all that the gateway allows
 */
public record MintedToken(String name, String token, List<String> cidrs, Instant createdAt) {
  public MintedToken {
    cidrs = List.copyOf(cidrs);
  }

  static MintedToken of(JsonNode minted) {
    return new MintedToken(
        Json.requiredText(minted, "name"),
        Json.requiredText(minted, "token"),
        Json.list(minted, "ip_cidrs", JsonNode::asText),
        Json.requiredTime(minted, "created_at"));
  }

  /** Leaves out the secret. */
  @Override
  public String toString() {
    return "MintedToken[" + name + ", token masked]";
  }
}

package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An app token without its secret.
 *
 * @param cidrs the addresses that may use it; empty for all that the gateway allows
 * @param lastUsedAt accurate to about a minute; null if it was never used
 * @param revokedAt null while it is valid
 * @param limits what it may request
 */
public record TokenInfo(
    String name,
    List<String> cidrs,
    Instant createdAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant revokedAt,
    TokenLimits limits) {
  public TokenInfo {
    cidrs = List.copyOf(cidrs);
  }

  static TokenInfo of(JsonNode token) {
    return new TokenInfo(
        Json.requiredText(token, "name"),
        Json.list(token, "ip_cidrs", JsonNode::asText),
        Json.requiredTime(token, "created_at"),
        Json.time(token, "last_used_at"),
        Json.time(token, "revoked_at"),
        TokenLimits.of(token));
  }
}

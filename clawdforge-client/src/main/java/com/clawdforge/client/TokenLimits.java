package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an app token may request.
 *
 * @param agents the agents that it may use; empty for all that the gateway offers
 * @param maxPermissions the most permissions that its sessions may have: {@code approve-all},
 *     {@code approve-reads}, {@code deny-all}, or a policy as a JSON object such as {@code
 *     {"auto_approve":["read"],"auto_deny":["execute"],"default":"deny"}}; null for no limit
 * @param maxNetwork the most that its agents may reach of the network
 * @param shares how much of the gateway it may take
 */
public record TokenLimits(
    List<String> agents, @Nullable String maxPermissions, Network maxNetwork, TokenShares shares) {
  /** No limits. */
  public static final TokenLimits NONE = new TokenLimits(List.of(), null);

  /** Limits with which agents may reach all of the network. */
  public TokenLimits(List<String> agents, @Nullable String maxPermissions, TokenShares shares) {
    this(agents, maxPermissions, Network.ALL, shares);
  }

  /** Limits whose shares are the gateway's defaults. */
  public TokenLimits(List<String> agents, @Nullable String maxPermissions) {
    this(agents, maxPermissions, TokenShares.DEFAULTS);
  }

  /**
   * Checks that a policy is JSON; the gateway checks its content.
   *
   * @throws IllegalArgumentException if it is not JSON
   */
  public TokenLimits {
    agents = List.copyOf(agents);
    if (maxPermissions != null) {
      json(maxPermissions);
    }
  }

  static TokenLimits of(JsonNode token) {
    JsonNode permissions = token.path("max_permissions");
    return new TokenLimits(
        token.path("agents").isArray() ? Json.list(token, "agents", JsonNode::asText) : List.of(),
        permissions.isTextual()
            ? permissions.textValue()
            : permissions.isObject() ? Json.text(permissions) : null,
        Network.of(token, "max_network"),
        TokenShares.of(token));
  }

  void writeTo(ObjectNode body) {
    if (!agents.isEmpty()) {
      agents.forEach(body.putArray("agents")::add);
    }
    if (maxPermissions != null) {
      body.set("max_permissions", json(maxPermissions));
    }
    if (maxNetwork != Network.ALL) {
      body.put("max_network", Json.wire(maxNetwork));
    }
    shares.writeTo(body);
  }

  private static JsonNode json(String permissions) {
    if (!permissions.stripLeading().startsWith("{")) {
      return Json.MAPPER.getNodeFactory().textNode(permissions);
    }
    try {
      return Json.MAPPER.readTree(permissions);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the policy is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}

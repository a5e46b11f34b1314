package com.clawdforge.client;

import com.clawdforge.client.internal.Json;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** How much of the network an agent's processes may reach, from the least to the most. */
public enum Network {
  /** As {@link #MODEL}; nor can the agent have its provider search for it. */
  NONE,
  /** The agent's model, and nothing else. */
  MODEL,
  /** All that the gateway reaches. */
  ALL;

  /** The value of a member, which is left out where it is all; so it is if it is not known. */
  static Network of(JsonNode json, String name) {
    @Nullable String wire = Json.text(json, name);
    for (Network network : values()) {
      if (String.valueOf(Json.wire(network)).equals(wire)) {
        return network;
      }
    }
    return ALL;
  }
}

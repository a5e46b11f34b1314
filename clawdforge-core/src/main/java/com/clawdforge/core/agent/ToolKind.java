package com.clawdforge.core.agent;

import java.util.Locale;
import java.util.Optional;

/**
 * What a tool does, as the Agent Client Protocol sorts tools. A kind is the agent's word; titles
 * and names may be the model's.
 */
public enum ToolKind {
  READ,
  EDIT,
  DELETE,
  MOVE,
  SEARCH,
  EXECUTE,
  THINK,
  FETCH,
  /** Everything else: kinds that we do not know, and tools without one. */
  OTHER;

  /** The kind as it appears on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of a wire name that {@link #wire()} gave, or empty for anything else. */
  public static Optional<ToolKind> ofWire(String wire) {
    for (ToolKind kind : values()) {
      if (kind.wire().equals(wire)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}

package com.clawdforge.core.agent;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a tool does, in the categories of the Agent Client Protocol. The agent sets the kind; a
 * model may choose titles and names.
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
  /** Unknown kinds, and tools without a kind. */
  OTHER;

  /** The kind as it appears on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind with this {@link #wire()} name, or empty. */
  public static Optional<ToolKind> ofWire(String wire) {
    return Arrays.stream(values()).filter(kind -> kind.wire().equals(wire)).findFirst();
  }
}

package com.clawdforge.core.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How much of the network an agent's processes may reach, from the least to the most. */
public enum Network {
  /** As {@link #MODEL}; nor has the agent a tool that has its provider look things up for it. */
  NONE,
  /** The agent's model, and nothing else. */
  MODEL,
  /** All that the server reaches. */
  ALL;

  /** Whether a ceiling permits all of this. */
  public boolean within(Network ceiling) {
    return compareTo(ceiling) <= 0;
  }

  /** The lesser of the two. */
  public Network atMost(Network ceiling) {
    return within(ceiling) ? this : ceiling;
  }

  /** What a session with these permissions has if it asks for nothing. */
  public static Network usual(Permissions permissions) {
    return permissions.approves(ToolKind.FETCH) ? ALL : MODEL;
  }

  /**
   * What a one-shot has if it asks for nothing.
   *
   * @param tools that it names, or null
   * @param kindOf returns the kind of a tool
   * @param ceiling the most that it may be permitted, or null for no limit
   */
  public static Network usual(
      @Nullable List<String> tools,
      Function<String, ToolKind> kindOf,
      @Nullable Permissions ceiling) {
    return tools != null
            && (ceiling == null || ceiling.approves(ToolKind.FETCH))
            && tools.stream().map(kindOf).anyMatch(Network::isOf)
        ? ALL
        : MODEL;
  }

  private static boolean isOf(ToolKind kind) {
    return kind == ToolKind.EXECUTE || kind == ToolKind.FETCH;
  }

  /** The word on the wire, {@code model} for example. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one with this {@link #wire()} name, or empty. */
  public static Optional<Network> ofWire(String wire) {
    return Arrays.stream(values()).filter(network -> network.wire().equals(wire)).findFirst();
  }
}

package com.clawdforge.core.auth;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a token.
 *
 * @param agents the agents that it may use, or null for all that the server offers
 * @param maxPermissions the most that its agents may be permitted, or null for no limit
 * @param maxNetwork the most of the network that its agents may reach
 * @param shares how much of the server it may take; these alone may be changed later
 */
public record TokenLimits(
    @Nullable Set<String> agents,
    @Nullable Permissions maxPermissions,
    Network maxNetwork,
    TokenShares shares) {
  /** No limits. */
  public static final TokenLimits NONE = new TokenLimits(null, null);

  public TokenLimits {
    agents = agents == null ? null : Set.copyOf(agents);
  }

  /** Limits without one of the network. */
  public TokenLimits(
      @Nullable Set<String> agents, @Nullable Permissions maxPermissions, TokenShares shares) {
    this(agents, maxPermissions, Network.ALL, shares);
  }

  /** Limits without shares. */
  public TokenLimits(@Nullable Set<String> agents, @Nullable Permissions maxPermissions) {
    this(agents, maxPermissions, TokenShares.NONE);
  }

  /** The same with other shares. */
  public TokenLimits with(TokenShares other) {
    return new TokenLimits(agents, maxPermissions, maxNetwork, other);
  }

  /**
   * Checks that the token may use an agent.
   *
   * @throws Refusal {@link ErrorCode#PERMISSION_CEILING} if it may not
   */
  public void requireAgent(String agent) {
    if (agents != null && !agents.contains(agent)) {
      throw Refusal.of(ErrorCode.PERMISSION_CEILING, "this token may not use the agent " + agent);
    }
  }

  /**
   * Returns the permissions of a session that requests these.
   *
   * @param requested null for everything that the token permits
   * @throws Refusal {@link ErrorCode#PERMISSION_CEILING} if the token may not have them
   */
  public Permissions permit(@Nullable Permissions requested) {
    if (maxPermissions == null) {
      return requested == null ? Permissions.Mode.APPROVE_ALL : requested;
    }
    if (requested == null) {
      return maxPermissions;
    }
    if (!requested.within(maxPermissions)) {
      throw Refusal.of(
          ErrorCode.PERMISSION_CEILING,
          "permissions: this token may let pass " + kinds(maxPermissions));
    }
    return requested.strictAs(maxPermissions);
  }

  /**
   * Returns what work may reach of the network.
   *
   * @param requested null for what is usual, or as much of it as the token permits
   * @param usual what such work has if neither it nor the token says anything
   * @param objection returns why nothing would keep the agent to less than all; empty if something
   *     does. Then work that may have all, and does not ask for less, gets all: it is not told of a
   *     limit that does not hold.
   * @throws Refusal {@link ErrorCode#PERMISSION_CEILING} if the token may not have what is
   *     requested, or nothing would keep the agent to what the token may have; {@link
   *     ErrorCode#INVALID_REQUEST} if nothing would keep it to what is requested
   */
  public Network permit(
      @Nullable Network requested, Network usual, Supplier<Optional<String>> objection) {
    if (requested != null && !requested.within(maxNetwork)) {
      throw Refusal.of(
          ErrorCode.PERMISSION_CEILING,
          "network: this token may ask for " + maxNetwork.wire() + " at most");
    }
    Network wanted = (requested == null ? usual : requested).atMost(maxNetwork);
    if (wanted == Network.ALL) {
      return wanted;
    }
    Optional<String> why = objection.get();
    if (why.isEmpty()) {
      return wanted;
    }
    if (requested != null) {
      throw Refusal.invalid("network", "network: " + why.get());
    }
    if (maxNetwork != Network.ALL) {
      throw Refusal.of(
          ErrorCode.PERMISSION_CEILING,
          "this token's agents may reach the network as far as "
              + maxNetwork.wire()
              + " says, and "
              + why.get());
    }
    return Network.ALL;
  }

  /**
   * Checks that the token permits everything.
   *
   * @param field the request field that needs this
   * @throws Refusal {@link ErrorCode#PERMISSION_CEILING} if it may not
   */
  public void requireEverything(String field) {
    if (maxPermissions != null && !Permissions.Mode.APPROVE_ALL.within(maxPermissions)) {
      throw Refusal.of(
          ErrorCode.PERMISSION_CEILING,
          field
              + ": takes a token whose max_permissions is approve-all; this one may let pass "
              + kinds(maxPermissions));
    }
  }

  /**
   * Checks that the token permits tools that a request names.
   *
   * @param tools null if it names none
   * @param kindOf returns the kind of a tool
   * @throws Refusal {@link ErrorCode#PERMISSION_CEILING} if it may not
   */
  public void requireTools(@Nullable List<String> tools, Function<String, ToolKind> kindOf) {
    if (tools == null || maxPermissions == null) {
      return;
    }
    for (String tool : tools) {
      ToolKind kind = kindOf.apply(tool);
      if (!maxPermissions.approves(kind)) {
        throw Refusal.of(
            ErrorCode.PERMISSION_CEILING,
            "tools: %s is of kind %s, and this token may let pass %s"
                .formatted(tool, kind.wire(), kinds(maxPermissions)));
      }
    }
  }

  private static String kinds(Permissions ceiling) {
    return ceiling.approved().isEmpty()
        ? "no tools"
        : "at most tools of kind "
            + ceiling.approved().stream().map(ToolKind::wire).collect(Collectors.joining(", "))
            + (ceiling.readsAnywhere() ? "" : ", which read inside their own directory");
  }
}

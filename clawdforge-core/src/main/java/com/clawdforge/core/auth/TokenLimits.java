package com.clawdforge.core.auth;

import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.agent.ToolKind;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a token may ask for at most, as it was minted.
 *
 * @param agents the agents that it may use, or null for all that the server offers
 * @param maxPermissions what its agents may be allowed at most, or null for anything
 */
public record TokenLimits(@Nullable Set<String> agents, @Nullable Permissions maxPermissions) {
  /** No limits. */
  public static final TokenLimits NONE = new TokenLimits(null, null);

  public TokenLimits {
    agents = agents == null ? null : Set.copyOf(agents);
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
   * What a session may do that asks for these permissions.
   *
   * @param asked null to ask for nothing in particular, which is everything that the token may
   * @throws Refusal {@link ErrorCode#PERMISSION_CEILING} if the token may not have them
   */
  public Permissions permit(@Nullable Permissions asked) {
    if (maxPermissions == null) {
      return asked == null ? Permissions.Mode.APPROVE_ALL : asked;
    }
    if (asked == null) {
      return maxPermissions;
    }
    if (!asked.within(maxPermissions)) {
      throw Refusal.of(
          ErrorCode.PERMISSION_CEILING,
          "permissions: this token may let pass " + kinds(maxPermissions));
    }
    return asked.strictAs(maxPermissions);
  }

  /**
   * Checks that the token may have everything that there are permissions for.
   *
   * @param field the name of what takes that
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
   * Checks that the token may have tools that are offered and allowed by their names.
   *
   * @param tools null to name none
   * @param kindOf what a tool of this name does
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

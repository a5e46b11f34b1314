package com.clawdforge.core.auth;

import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.util.Set;
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
          "permissions: this token may let tools of these kinds pass at most: "
              + String.join(
                  ", ", maxPermissions.approved().stream().map(kind -> kind.wire()).toList()));
    }
    return asked.strictAs(maxPermissions);
  }
}

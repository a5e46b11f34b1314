package com.clawdforge.acpx.program;

import com.clawdforge.core.model.ModelGrant;
import com.clawdforge.core.model.ModelUser;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one of an agent's processes logs in with, for as long as this is open: the secret of a
 * grant, which is good for the way through the server alone, or the server's own credentials where
 * there is no such way. Safe for any thread.
 */
public final class AgentLogin implements AutoCloseable {
  /** What callers are told where there is none; the log has the cause. */
  public static final String NO_WAY =
      "the server could not open the agent's way to its model; its log says why";

  /** The way through the server cannot be opened, and so no agent be started. */
  public static final class NoWay extends IOException {
    private static final long serialVersionUID = 1;

    NoWay(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** That of an agent which has the server's credentials. */
  public static final AgentLogin NONE = new AgentLogin(null, Map.of());

  private final @Nullable ModelGrant grant;
  private final Map<String, String> variables;

  /**
   * @param grant closed with this; null if there is none
   * @param variables the variables that the login consists of
   */
  AgentLogin(@Nullable ModelGrant grant, Map<String, String> variables) {
    this.grant = grant;
    this.variables = Map.copyOf(variables);
  }

  /**
   * The variables that differ from those of {@link AgentEnvironment#withoutLogin()}; empty if it
   * has the login already.
   */
  public Map<String, String> variables() {
    return variables;
  }

  /** Whose requests they are from now on. */
  public void assign(ModelUser user) {
    if (grant != null) {
      grant.assign(user);
    }
  }

  /** Whether it is the secret of a grant. */
  public boolean isGranted() {
    return grant != null;
  }

  /** From now on the secret is good for nothing. May be called again. */
  @Override
  public void close() {
    if (grant != null) {
      grant.close();
    }
  }

  /** Omits the variables, which are secrets. */
  @Override
  public String toString() {
    return "AgentLogin[" + grant + "]";
  }
}

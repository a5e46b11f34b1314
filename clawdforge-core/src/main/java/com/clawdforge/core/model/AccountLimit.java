package com.clawdforge.core.model;

import com.clawdforge.core.agent.ProviderLimit;

/**
 * A limit of an account at a provider.
 *
 * @param account which one: the kind of credential by which it is asked, such as {@code api_key};
 *     {@link #AGENTS} if an agent told the limit, who does not say which it is
 */
public record AccountLimit(String account, ProviderLimit limit) {
  /** Whichever the agents use. */
  public static final String AGENTS = "agents";

  /**
   * The window of what is no limit that is known, but a time until which nothing shall be asked.
   */
  public static final String RETRY_AFTER = "retry_after";
}

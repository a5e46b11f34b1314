package com.clawdforge.core.model;

import java.net.URI;

/**
 * The right of one piece of work to ask the model, until it is closed. Safe for any thread; nothing
 * here blocks.
 */
public interface ModelGrant extends AutoCloseable {
  /** Where the agent finds its model, such as {@code http://127.0.0.1:40123}; no trailing slash. */
  URI baseUrl();

  /**
   * What the agent presents in the place of a credential: at least 256 random bits in {@code
   * [A-Za-z0-9_-]}, which only this grant has. It is good for nothing but {@link #baseUrl()}.
   */
  String secret();

  /** From now on the requests are somebody else's: the work has become known, or has changed. */
  void assign(ModelUser user);

  /**
   * Ends the right at once: requests that are under way are cut off, and later ones refused. May be
   * called again.
   */
  @Override
  void close();
}

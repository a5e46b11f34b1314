package com.clawdforge.core.model;

import java.io.IOException;

/**
 * The way of agents to their model, on which the server adds its credential: an agent has nothing
 * but a secret that ends with its work. Safe for any thread.
 */
public interface ModelAccess extends AutoCloseable {
  /**
   * Opens the way for a piece of work. The caller closes the grant when no process of the work is
   * left.
   *
   * @throws IOException if the way cannot be made, for example because no port is free
   */
  ModelGrant open(ModelUser user) throws IOException;

  /**
   * The TCP port on loopback at which agents find their model, whatever the grant.
   *
   * @throws IOException if the way cannot be made
   */
  int port() throws IOException;

  /** Ends all grants, and the requests that are under way. */
  @Override
  void close();
}

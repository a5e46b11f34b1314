package com.clawdforge.client;

import org.jspecify.annotations.Nullable;

/**
 * No usable answer arrived: the gateway could not be reached, the connection broke, the answer took
 * too long, or a gateway does not answer like that. Whether it did the work is unknown.
 */
public final class ForgeTransportException extends ForgeException {
  private static final long serialVersionUID = 1L;

  ForgeTransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

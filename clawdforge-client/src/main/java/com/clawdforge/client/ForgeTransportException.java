package com.clawdforge.client;

import org.jspecify.annotations.Nullable;

/**
 * No usable answer came: the gateway could not be reached, broke off, took too long, or answered
 * what a gateway does not answer. Whether it did the work is unknown.
 */
public final class ForgeTransportException extends ForgeException {
  private static final long serialVersionUID = 1L;

  ForgeTransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

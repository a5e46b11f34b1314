package com.clawdforge.core.error;

import org.jspecify.annotations.Nullable;

/** The store has no room on its disk: it works again once there is some. */
public class DiskFullException extends StoreException {
  private static final long serialVersionUID = 1L;

  public DiskFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

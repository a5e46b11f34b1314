package com.clawdforge.core.error;

import org.jspecify.annotations.Nullable;

/** The ledger or the file store cannot do its work: disk full, database locked or damaged. */
public class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

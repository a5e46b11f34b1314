package com.clawdforge.core.error;

import org.jspecify.annotations.Nullable;

/** The store works, but will never take this record. */
public class UnwritableException extends StoreException {
  private static final long serialVersionUID = 1L;

  public UnwritableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Whether writing again may succeed after this failure: only where the store itself was broken,
   * not where a record was.
   */
  public static boolean mayRecover(Throwable failure) {
    return failure instanceof Error
        || (failure instanceof StoreException && !(failure instanceof UnwritableException));
  }
}

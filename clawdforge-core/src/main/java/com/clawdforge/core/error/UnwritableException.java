package com.clawdforge.core.error;

import org.jspecify.annotations.Nullable;

/** The store works but can never write this record. */
public class UnwritableException extends StoreException {
  private static final long serialVersionUID = 1L;

  public UnwritableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Whether a retry of the write may succeed: only if the store failed, not if the record was
   * unwritable.
   */
  public static boolean mayRecover(Throwable failure) {
    return failure instanceof Error
        || (failure instanceof StoreException && !(failure instanceof UnwritableException));
  }
}

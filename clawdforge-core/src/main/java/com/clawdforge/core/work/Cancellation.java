package com.clawdforge.core.work;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether work is to stop, and what to call then. Safe for any thread. */
public final class Cancellation {
  private final List<Runnable> callbacks = new ArrayList<>();
  private @Nullable CancelReason reason;

  /**
   * Registers a callback for cancellation; runs it immediately if the work is already cancelled.
   */
  public synchronized void onCancel(Runnable callback) {
    if (reason == null) {
      callbacks.add(callback);
    } else {
      callback.run();
    }
  }

  /** Cancels; only the first reason counts. */
  public synchronized void cancel(CancelReason why) {
    if (reason == null) {
      reason = why;
      callbacks.forEach(Runnable::run);
    }
  }

  /** Why the work was cancelled, or null. */
  public synchronized @Nullable CancelReason reason() {
    return reason;
  }
}

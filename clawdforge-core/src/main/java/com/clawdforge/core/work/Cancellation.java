package com.clawdforge.core.work;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a piece of work is to stop, and who has to be told. Safe for any thread. */
public final class Cancellation {
  private final List<Runnable> told = new ArrayList<>();
  private @Nullable CancelReason reason;

  /** Has this called once the work is cancelled: at once, if it is already. */
  public synchronized void reaches(Runnable part) {
    if (reason == null) {
      told.add(part);
    } else {
      part.run();
    }
  }

  /** Cancels; only the first reason counts. */
  public synchronized void cancel(CancelReason why) {
    if (reason == null) {
      reason = why;
      told.forEach(Runnable::run);
    }
  }

  /** Why the work was cancelled, or null. */
  public synchronized @Nullable CancelReason reason() {
    return reason;
  }
}

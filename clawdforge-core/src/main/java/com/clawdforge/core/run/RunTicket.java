package com.clawdforge.core.run;

import com.clawdforge.core.work.EventReader;

/** A caller's handle on a run that this request, or an earlier one with its key, started. */
public interface RunTicket {
  String runId();

  /** Whether an earlier request with the same key started it. */
  boolean replayed();

  /**
   * Waits until the run is over and recorded.
   *
   * @throws com.clawdforge.core.error.StoreException if its end could not be recorded
   */
  FinishedRun await() throws InterruptedException;

  /**
   * Returns the run's future events, and past ones if it was accepted with {@link
   * RunRequest#keepEvents()}. A run that had ended when this ticket was created has none.
   *
   * @param after events up to this seq are left out; 0 for none
   */
  EventReader events(long after);

  /** Cancels the run, if it is not over, and returns at once. */
  void cancel();
}

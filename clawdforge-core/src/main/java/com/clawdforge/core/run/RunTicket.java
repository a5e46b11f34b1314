package com.clawdforge.core.run;

import com.clawdforge.core.work.EventReader;

/** A caller's hold on a run that was accepted, by this request or an earlier one with its key. */
public interface RunTicket {
  String runId();

  /** Whether an earlier request with the same key asked for it. */
  boolean replayed();

  /**
   * Waits until the run is over and recorded.
   *
   * @throws com.clawdforge.core.error.StoreException if its end could not be recorded
   */
  FinishedRun await() throws InterruptedException;

  /**
   * The run's events to come, and those so far if the run was accepted with {@link
   * RunRequest#keepEvents()}. A run that was over when this ticket was given has none.
   */
  EventReader events();

  /** Cancels the run, if it is not over, and returns at once. */
  void cancel();
}

package com.clawdforge.core.session;

import com.clawdforge.core.work.EventReader;

/** A caller's handle on a turn that this request, or an earlier one with its key, started. */
public interface TurnTicket {
  /** Counts from 1 within the session. */
  int turnIndex();

  /** Whether an earlier request with the same key started it. */
  boolean replayed();

  /**
   * Waits until the turn is over and recorded.
   *
   * @throws com.clawdforge.core.error.StoreException if its end could not be recorded
   */
  Turn await() throws InterruptedException;

  /**
   * Returns the turn's past and future events.
   *
   * @param after events up to this seq are left out; 0 for none
   */
  EventReader events(long after);
}

package com.clawdforge.core.session;

import com.clawdforge.core.work.EventReader;

/** A caller's hold on a turn that was accepted, by this request or an earlier one with its key. */
public interface TurnTicket {
  /** Counts from 1 within the session. */
  int turnIndex();

  /** Whether an earlier request with the same key asked for it. */
  boolean replayed();

  /**
   * Waits until the turn is over and recorded.
   *
   * @throws com.clawdforge.core.error.StoreException if its end could not be recorded
   */
  Turn await() throws InterruptedException;

  /**
   * The turn's events, from the first that is wanted to the last.
   *
   * @param after the events up to this seq are left out; 0 for none
   */
  EventReader events(long after);
}

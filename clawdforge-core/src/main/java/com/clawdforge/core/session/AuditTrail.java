package com.clawdforge.core.session;

import java.time.Instant;
import java.util.List;

/**
 * What happened in sessions, kept longer than the sessions themselves. The stores of sessions and
 * turns add their own entries. Safe for any thread. Calls block for a disk access and throw {@link
 * com.clawdforge.core.error.StoreException} when the store fails.
 */
public interface AuditTrail {
  /** Adds an entry. */
  void note(SessionEvent event);

  /** Returns the entries of a session, oldest first, even after the session was deleted. */
  List<SessionEvent> trail(String sessionId);

  /**
   * Deletes entries from before a time, a bounded number per call.
   *
   * @return whether some are left
   */
  boolean deleteBefore(Instant time);
}

package com.clawdforge.core.session;

import java.time.Instant;
import java.util.List;

/**
 * What happened in sessions, kept longer than the sessions themselves. The stores of sessions and
 * turns add their own entries. Calls may come from any thread, block for the length of a disk
 * access, and throw {@link com.clawdforge.core.error.StoreException} when the store is broken.
 */
public interface AuditTrail {
  /** Adds an entry. */
  void note(SessionEvent event);

  /** The entries of a session, oldest first; also when the session is gone. */
  List<SessionEvent> trail(String sessionId);

  /**
   * Deletes some entries from before a time, a bounded number in one call.
   *
   * @return whether something is left to be deleted
   */
  boolean deleteBefore(Instant time);
}

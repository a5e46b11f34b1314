package com.clawdforge.http.web.limit;

/** Is notified of what the limits refuse. Must not block. Called by any thread. */
public interface DoorObserver {
  /**
   * An authentication failed.
   *
   * @param limited whether it was one too many from its address
   */
  default void loginFailed(boolean limited) {}
}

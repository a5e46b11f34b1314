package com.clawdforge.http.web.limit;

/** Is notified of what the limits refuse. Must not block. Called by any thread. */
public interface DoorObserver {
  /** Why a connection was closed. */
  enum Closed {
    /** Its address may not call. */
    ADDRESS,
    /** There were too many, or too many of its address, and all of them were in use. */
    FULL,
    /** It was not in use, and another one needed its place. */
    IDLE,
    /** The head of its request did not arrive in time. */
    SLOW_HEAD,
    /** The body of its request came too slowly. */
    SLOW_BODY
  }

  /**
   * An authentication failed.
   *
   * @param limited whether it was one too many from its address
   */
  default void loginFailed(boolean limited) {}

  default void closed(Closed why) {}
}

package com.clawdforge.http.app.command;

/** A person's Ctrl-C. */
public interface Interrupts {
  /**
   * Has the first Ctrl-C do something else than end the program, until this is closed; the next one
   * ends it.
   *
   * @param first called on a thread of its own
   */
  Watch onFirst(Runnable first);

  /** Until it is closed. */
  @FunctionalInterface
  interface Watch {
    void close();
  }
}

package com.clawdforge.http.app.terminal;

/** Ctrl-C. */
public interface Interrupts {
  /**
   * Handles the first Ctrl-C instead of ending the program, until the result is closed. The second
   * one ends the program.
   *
   * @param first called on its own thread
   */
  Watch onFirst(Runnable first);

  /** Restores the former handling when it is closed. */
  @FunctionalInterface
  interface Watch {
    void close();
  }
}

package com.clawdforge.core.error;

/** Runs code whose failure must not harm its caller, such as an observer. */
public final class Guarded {
  private static final System.Logger log = System.getLogger(Guarded.class.getName());

  private Guarded() {}

  /**
   * Runs a task and logs what it throws. Errors too: a class that a build lacks must cost the
   * observer, not the work.
   *
   * @param what failed, for the log
   */
  public static void run(String what, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, what + " failed", e);
    }
  }
}

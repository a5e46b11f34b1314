package com.clawdforge.acpx.process;

/** Tells running processes from zombies, which {@link ProcessHandle#isAlive} does not. */
public final class Running {
  private Running() {}

  /**
   * Whether a process runs a program. A zombie runs none; one that is not our child stays until the
   * first process of the system has reaped it, which in a container may take seconds, or never
   * happen.
   */
  public static boolean runs(ProcessHandle process) {
    return process.info().command().isPresent();
  }
}

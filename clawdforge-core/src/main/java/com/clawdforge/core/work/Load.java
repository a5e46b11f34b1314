package com.clawdforge.core.work;

/**
 * How busy the gateway is with one kind of work, at one moment.
 *
 * @param running how many have a place now
 * @param waiting how many were accepted and wait, for a place or for their session
 * @param places how many may run at once
 */
public record Load(int running, int waiting, int places) {
  /** Of the numbers of two looks, between which something may have ended. */
  public static Load of(int taken, int inFlight, int places) {
    return new Load(taken, Math.max(0, inFlight - taken), places);
  }
}

package com.clawdforge.core.work;

/**
 * How busy the gateway is with one kind of work.
 *
 * @param running how many have a place now
 * @param waiting how many wait for a place or for their session
 * @param places how many may run at once
 */
public record Load(int running, int waiting, int places) {
  /** The load from two counts, between which work may have ended. */
  public static Load of(int taken, int inFlight, int places) {
    return new Load(taken, Math.max(0, inFlight - taken), places);
  }
}

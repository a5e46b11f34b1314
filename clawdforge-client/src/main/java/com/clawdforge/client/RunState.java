package com.clawdforge.client;

import java.util.Locale;

/** Where a run is in its life. */
public enum RunState {
  QUEUED,
  RUNNING,
  COMPLETED,
  FAILED,
  CANCELLED,
  TIMED_OUT,
  /** The gateway died while it was queued or running. */
  INTERRUPTED,
  /** One that this version of the client does not know. */
  UNKNOWN;

  static RunState ofWire(String wire) {
    for (RunState state : values()) {
      if (state.name().toLowerCase(Locale.ROOT).equals(wire)) {
        return state;
      }
    }
    return UNKNOWN;
  }
}

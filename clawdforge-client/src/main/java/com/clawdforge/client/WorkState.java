package com.clawdforge.client;

import java.util.Locale;

/** Where a run or a turn is in its life. */
public enum WorkState {
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

  static WorkState ofWire(String wire) {
    for (WorkState state : values()) {
      if (state.name().toLowerCase(Locale.ROOT).equals(wire)) {
        return state;
      }
    }
    return UNKNOWN;
  }
}

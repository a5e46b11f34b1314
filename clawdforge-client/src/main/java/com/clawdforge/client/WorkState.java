package com.clawdforge.client;

import java.util.Locale;

/** The state of a run or a turn. */
public enum WorkState {
  QUEUED,
  RUNNING,
  COMPLETED,
  FAILED,
  CANCELLED,
  TIMED_OUT,
  /** The gateway stopped while the work was queued or running. */
  INTERRUPTED,
  /** A state that this version of the client does not know. */
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

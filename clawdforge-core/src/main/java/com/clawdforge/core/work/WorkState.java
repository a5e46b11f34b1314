package com.clawdforge.core.work;

import java.util.Locale;

/** The state of a run or turn. */
public enum WorkState {
  /** Accepted, waiting for a free place. */
  QUEUED,
  RUNNING,
  COMPLETED,
  FAILED,
  CANCELLED,
  TIMED_OUT,
  /** The gateway died while it was queued or running. */
  INTERRUPTED;

  /** The state as it appears on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether this state is final. */
  public boolean over() {
    return switch (this) {
      case QUEUED, RUNNING -> false;
      case COMPLETED, FAILED, CANCELLED, TIMED_OUT, INTERRUPTED -> true;
    };
  }

  /** The state with this {@link #wire()} name. */
  public static WorkState ofWire(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }
}

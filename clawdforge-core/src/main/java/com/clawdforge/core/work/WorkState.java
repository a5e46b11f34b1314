package com.clawdforge.core.work;

import java.util.Locale;

/** Where a run or a turn is in its life. */
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

  /** Whether nothing will happen any more. */
  public boolean over() {
    return switch (this) {
      case QUEUED, RUNNING -> false;
      case COMPLETED, FAILED, CANCELLED, TIMED_OUT, INTERRUPTED -> true;
    };
  }

  /** The state of a wire name that {@link #wire()} gave. */
  public static WorkState ofWire(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }
}

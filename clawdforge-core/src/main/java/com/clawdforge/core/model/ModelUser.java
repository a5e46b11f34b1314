package com.clawdforge.core.model;

import java.util.Locale;

/**
 * Whose requests to a model they are.
 *
 * @param id the gateway's id of the run or session, or the name of a process that is kept ready
 */
public record ModelUser(Kind kind, String id) {
  /** What asks the model. */
  public enum Kind {
    RUN,
    SESSION,
    /** A process that waits for a run which is not known yet. */
    SPARE
  }

  /** Such as {@code run 5f0c…}, for logs. */
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + " " + id;
  }
}

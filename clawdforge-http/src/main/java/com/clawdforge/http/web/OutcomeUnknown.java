package com.clawdforge.http.web;

/** The end of work that an agent did could not be recorded, so asking again would do it twice. */
public final class OutcomeUnknown extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutcomeUnknown(RuntimeException why) {
    super(why);
  }
}

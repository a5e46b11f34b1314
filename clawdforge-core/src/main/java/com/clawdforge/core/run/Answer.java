package com.clawdforge.core.run;

/**
 * What a run answered.
 *
 * @param text JSON text if {@code json}, else plain text
 */
public record Answer(String text, boolean json) {
  /** The answer itself is the app's business: it is not shown. */
  @Override
  public String toString() {
    return "Answer[" + text.length() + " characters" + (json ? " of JSON]" : "]");
  }
}

package com.clawdforge.core.run;

/**
 * What a run answered.
 *
 * @param text JSON text if {@code json}, else plain text
 */
public record Answer(String text, boolean json) {
  /** Omits the text, which belongs to the app. */
  @Override
  public String toString() {
    return "Answer[" + text.length() + " characters" + (json ? " of JSON]" : "]");
  }
}

package com.clawdforge.core.run;

import com.clawdforge.core.text.ModelText;

/**
 * What a run answered.
 *
 * @param text JSON text if {@code json}, else plain text; unpaired surrogates in it are replaced,
 *     see {@link ModelText}
 */
public record Answer(String text, boolean json) {
  public Answer {
    text = json ? ModelText.json(text) : ModelText.plain(text);
  }

  /** Omits the text, which belongs to the app. */
  @Override
  public String toString() {
    return "Answer[" + text.length() + " characters" + (json ? " of JSON]" : "]");
  }
}

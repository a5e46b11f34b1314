package com.clawdforge.core.run;

import java.util.function.Predicate;

/**
 * Turns an agent's final text into an {@link Answer}: models often wrap JSON in a code fence, and
 * apps want the JSON.
 */
public final class ResultText {
  private static final int SHORTEST_FENCE = 3;

  private final Predicate<String> isJson;

  /**
   * @param isJson whether a text is exactly one JSON value
   */
  public ResultText(Predicate<String> isJson) {
    this.isJson = isJson;
  }

  /** Returns the JSON in the text, without a fence around all of it, or else the text unchanged. */
  public Answer answer(String text) {
    String candidate = unfenced(text);
    return isJson.test(candidate) ? new Answer(candidate.strip(), true) : new Answer(text, false);
  }

  // Looks at each character once: a regular expression that finds the closing fence is quadratic in
  // a text of blanks or backticks, and answers can have megabytes.
  private static String unfenced(String text) {
    String block = text.strip();
    int fence = 0;
    while (fence < block.length() && block.charAt(fence) == '`') {
      fence++;
    }
    int firstLineEnd = block.indexOf('\n', fence);
    if (fence < SHORTEST_FENCE || firstLineEnd < 0) {
      return text;
    }
    int tick = block.indexOf('`', fence);
    int contentEnd = block.length();
    while (contentEnd > 0 && block.charAt(contentEnd - 1) == '`') {
      contentEnd--;
    }
    // Backticks in the info string make it inline code; a shorter run of them closes nothing.
    boolean fenced = tick > firstLineEnd && block.length() - contentEnd >= fence;
    return fenced ? block.substring(firstLineEnd + 1, contentEnd) : text;
  }
}

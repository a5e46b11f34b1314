package com.clawdforge.core.run;

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes an {@link Answer} of an agent's final text: models like to wrap JSON in a code fence, and
 * apps want the JSON.
 */
public final class ResultText {
  // The whole text is one fenced block: ``` or more, an info string without backticks, the content,
  // the same fence. Possessive where it can be: answers have megabytes.
  private static final Pattern FENCED =
      Pattern.compile("\\s*+(`{3,}+)[^`\\n]*+\\n(.*?)\\n?[ \\t]*+\\1\\s*+", Pattern.DOTALL);

  private final Predicate<String> isJson;

  /**
   * @param isJson whether a text is exactly one JSON value
   */
  public ResultText(Predicate<String> isJson) {
    this.isJson = isJson;
  }

  /** The JSON in the text, once a fence around all of it is gone, or else the text as it was. */
  public Answer answer(String text) {
    Matcher fenced = FENCED.matcher(text);
    String candidate = fenced.matches() ? fenced.group(2) : text;
    return isJson.test(candidate) ? new Answer(candidate.strip(), true) : new Answer(text, false);
  }
}

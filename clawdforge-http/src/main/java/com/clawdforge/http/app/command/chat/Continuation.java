package com.clawdforge.http.app.command.chat;

/**
 * How a prompt has more than one line: a backslash at the end of a line, or a fence around code.
 */
final class Continuation {
  private static final String FENCE = "```";
  private static final String MARK = "\\";

  private Continuation() {}

  /** Whether the prompt goes on in another line. */
  static boolean goesOn(String text) {
    boolean fenced = false;
    boolean marked = false;
    for (String line : text.split("\n", -1)) {
      fenced ^= line.strip().startsWith(FENCE);
      marked = !fenced && line.endsWith(MARK);
    }
    return fenced || marked;
  }

  /**
   * The text without the backslashes that only said that it goes on. A space at its beginning
   * stays, since it tells a prompt from a command.
   */
  static String joined(String text) {
    StringBuilder joined = new StringBuilder();
    boolean fenced = false;
    String between = "";
    for (String line : text.split("\n", -1)) {
      fenced ^= line.strip().startsWith(FENCE);
      boolean marked = !fenced && line.endsWith(MARK);
      joined.append(between).append(marked ? line.substring(0, line.length() - 1) : line);
      between = "\n";
    }
    return joined.toString().stripTrailing();
  }
}

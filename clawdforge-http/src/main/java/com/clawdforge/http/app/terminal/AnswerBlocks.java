package com.clawdforge.http.app.terminal;

/**
 * Cuts a Markdown text that arrives in pieces where one block ends and another begins, so that each
 * block can be shown as soon as it is complete.
 */
final class AnswerBlocks {
  private final StringBuilder text = new StringBuilder();
  // The rest is what is known of the lines that have arrived as a whole.
  private int line;
  private int searched;
  private String fence = "";
  private boolean afterEmpty;

  /** Adds a piece, and returns the blocks that are complete now; empty if none are. */
  String add(String piece) {
    text.append(piece);
    int end = completeEnd();
    String complete = text.substring(0, end);
    text.delete(0, end);
    line -= end;
    searched -= end;
    return complete;
  }

  /** Returns what is left. */
  String rest() {
    String rest = text.toString();
    text.setLength(0);
    line = 0;
    searched = 0;
    fence = "";
    afterEmpty = false;
    return rest;
  }

  // A block ends at an empty line if the next one is not indented, which would belong to a list,
  // and behind the fence that closes code. No line is looked at twice: an answer of a single block
  // may be long, and arrive in very small pieces.
  private int completeEnd() {
    int end = 0;
    while (line < text.length()) {
      if (afterEmpty && !Character.isWhitespace(text.charAt(line))) {
        end = line;
      }
      int newline = text.indexOf("\n", searched);
      if (newline < 0) {
        searched = text.length();
        break;
      }
      String words = text.substring(line, newline).strip();
      boolean flush = !Character.isWhitespace(text.charAt(line));
      line = newline + 1;
      searched = line;
      if (fence.isEmpty()) {
        fence = fence(words);
        afterEmpty = words.isEmpty();
      } else if (words.startsWith(fence) && words.replace(fence.substring(0, 1), "").isEmpty()) {
        fence = "";
        afterEmpty = false;
        end = flush ? line : end;
      }
    }
    return end;
  }

  /** The fence that a line opens; empty if it opens none. */
  static String fence(String line) {
    for (String mark : new String[] {"`", "~"}) {
      int length = 0;
      while (length < line.length() && line.startsWith(mark, length)) {
        length++;
      }
      if (length >= 3 && !(mark.equals("`") && line.indexOf('`', length) >= 0)) {
        return mark.repeat(length);
      }
    }
    return "";
  }
}

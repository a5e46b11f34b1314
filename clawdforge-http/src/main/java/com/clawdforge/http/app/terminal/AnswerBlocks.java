package com.clawdforge.http.app.terminal;

/**
 * Cuts a Markdown text that arrives in pieces where one block ends and another begins, so that each
 * block can be shown as soon as it is complete.
 */
final class AnswerBlocks {
  private final StringBuilder text = new StringBuilder();

  /** Adds a piece, and returns the blocks that are complete now; empty if none are. */
  String add(String piece) {
    text.append(piece);
    int end = completeEnd();
    String complete = text.substring(0, end);
    text.delete(0, end);
    return complete;
  }

  /** Returns what is left. */
  String rest() {
    String rest = text.toString();
    text.setLength(0);
    return rest;
  }

  // A block ends at an empty line if the next one is not indented, which would belong to a list,
  // and
  // behind the fence that closes code.
  private int completeEnd() {
    int end = 0;
    String fence = "";
    boolean afterEmpty = false;
    for (int from = 0; from < text.length(); ) {
      if (afterEmpty && !Character.isWhitespace(text.charAt(from))) {
        end = from;
      }
      int newline = text.indexOf("\n", from);
      if (newline < 0) {
        break;
      }
      String line = text.substring(from, newline).strip();
      boolean flush = !Character.isWhitespace(text.charAt(from));
      from = newline + 1;
      if (fence.isEmpty()) {
        fence = fence(line);
        afterEmpty = line.isEmpty();
      } else if (line.startsWith(fence) && line.replace(fence.substring(0, 1), "").isEmpty()) {
        fence = "";
        afterEmpty = false;
        end = flush ? from : end;
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

package com.clawdforge.modelproxy;

import java.nio.charset.StandardCharsets;

/**
 * Reads a JSON text byte by byte and hands on its short values near the root, by their paths. It
 * keeps a few hundred bytes whatever comes: text of a model may be in it, and be as long as
 * somebody likes. What is no JSON yields nothing, or what it can be taken for. For one thread at a
 * time.
 */
final class JsonScan {
  /** How deep in objects values are handed on; those in arrays are not. */
  private static final int DEEPEST = 4;

  private static final int LONGEST = 128;

  private final Values values;
  private final String[] names = new String[DEEPEST + 1];
  private final byte[] text = new byte[LONGEST];
  private int length;
  private boolean tooLong;
  private boolean inString;
  private boolean escaped;
  private boolean wasString;
  private int depth;

  /** The depth from which on nothing is of interest; 0 if there is none. */
  private int ignored;

  private boolean over;

  /** Receives the values. */
  interface Values {
    /**
     * A string, number or word.
     *
     * @param path the names of the members, with points between them
     */
    void value(String path, String value);
  }

  JsonScan(Values values) {
    this.values = values;
  }

  /** Whether the text is complete; what follows is not read. */
  boolean isOver() {
    return over;
  }

  /** Begins with another text. */
  void restart() {
    clear();
    inString = false;
    escaped = false;
    depth = 0;
    ignored = 0;
    over = false;
  }

  void read(byte next) {
    if (over) {
      return;
    }
    if (inString) {
      readInString(next);
      return;
    }
    switch (next) {
      case '"' -> {
        clear();
        inString = true;
      }
      case '{', '[' -> open(next == '[');
      case '}', ']' -> close();
      case ':' -> name();
      case ',' -> endValue();
      case ' ', '\t', '\r', '\n' -> {}
      default -> keep(next);
    }
  }

  private void readInString(byte next) {
    if (escaped) {
      escaped = false;
    } else if (next == '\\') {
      escaped = true;
      // Nothing of interest needs that.
      tooLong = true;
    } else if (next == '"') {
      inString = false;
      wasString = true;
    } else {
      keep(next);
    }
  }

  private void keep(byte next) {
    if (length == LONGEST) {
      tooLong = true;
    } else if (ignored == 0) {
      text[length++] = next;
    }
  }

  private void clear() {
    length = 0;
    tooLong = false;
    wasString = false;
  }

  private void open(boolean array) {
    clear();
    depth++;
    if (ignored == 0 && (array || depth > DEEPEST)) {
      ignored = depth;
    }
    if (ignored == 0) {
      names[depth] = "";
    }
  }

  private void close() {
    endValue();
    if (depth > 0) {
      depth--;
    }
    if (depth < ignored) {
      ignored = 0;
    }
    over = depth == 0;
  }

  private void name() {
    if (ignored == 0 && depth > 0) {
      names[depth] = tooLong || !wasString ? "" : word();
    }
    clear();
  }

  private void endValue() {
    if (ignored == 0 && depth > 0 && !tooLong && (length > 0 || wasString)) {
      StringBuilder path = new StringBuilder(names[1]);
      for (int i = 2; i <= depth; i++) {
        path.append('.').append(names[i]);
      }
      values.value(path.toString(), word());
    }
    clear();
  }

  private String word() {
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }
}

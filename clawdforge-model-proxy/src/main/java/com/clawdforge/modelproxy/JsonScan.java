package com.clawdforge.modelproxy;

import java.nio.charset.StandardCharsets;

/**
 * Reads a JSON text byte by byte and hands on its short values near the root, by their paths. It
 * keeps a few hundred bytes whatever comes: text of a model may be in it, and be as long as
 * somebody likes. What is no JSON yields nothing, or what it can be taken for. For one thread at a
 * time.
 */
final class JsonScan {
  /** How deep values are handed on. */
  private static final int DEEPEST = 6;

  /** Stands in a path for an element of an array. */
  static final String ELEMENT = "*";

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

    /** One that is too long, or has an escape. */
    default void unread(String path) {}

    /**
     * Whether the elements of an array are of interest; else nothing of it is handed on.
     *
     * @param path of the array
     */
    default boolean entersArray(String path) {
      return false;
    }

    /** An element of such an array, which is an object, is at its end. */
    default void endElement() {}
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
    boolean skipped = array && (depth == 0 || ignored > 0 || !values.entersArray(path()));
    depth++;
    if (ignored == 0 && (skipped || depth > DEEPEST)) {
      ignored = depth;
    }
    if (ignored == 0) {
      names[depth] = array ? ELEMENT : "";
    }
  }

  private void close() {
    endValue();
    if (depth > 0) {
      depth--;
    }
    if (depth < ignored) {
      ignored = 0;
    } else if (ignored == 0 && depth > 0 && names[depth].equals(ELEMENT)) {
      values.endElement();
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
    if (ignored == 0 && depth > 0 && tooLong) {
      values.unread(path());
    } else if (ignored == 0 && depth > 0 && (length > 0 || wasString)) {
      values.value(path(), word());
    }
    clear();
  }

  private String path() {
    StringBuilder path = new StringBuilder(names[1]);
    for (int i = 2; i <= depth; i++) {
      path.append('.').append(names[i]);
    }
    return path.toString();
  }

  private String word() {
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }
}

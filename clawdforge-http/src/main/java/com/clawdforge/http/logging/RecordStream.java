package com.clawdforge.http.logging;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Indents line breaks inside a printed line, such as an agent may put into a file's name, so that
 * they cannot be mistaken for the start of another log record.
 */
final class RecordStream extends PrintStream {
  private static final String FURTHER = System.lineSeparator() + "    | ";

  RecordStream(OutputStream out) {
    super(out, true, StandardCharsets.UTF_8);
  }

  @Override
  public void println(@Nullable String record) {
    String text = String.valueOf(record);
    super.println(hasLineBreak(text) ? text.replaceAll("\\R", FURTHER) : text);
  }

  // Few records have one, and every request is logged.
  private static boolean hasLineBreak(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '\u0085' || c == '\u2028' || c == '\u2029') {
        return true;
      }
    }
    return false;
  }

  @Override
  public void println(@Nullable Object record) {
    println(String.valueOf(record));
  }
}

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
    super.println(String.valueOf(record).replaceAll("\\R", FURTHER));
  }

  @Override
  public void println(@Nullable Object record) {
    println(String.valueOf(record));
  }
}

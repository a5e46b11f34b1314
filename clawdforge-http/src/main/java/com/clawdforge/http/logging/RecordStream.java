package com.clawdforge.http.logging;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lets what is printed as one line look like one: a line break in it, such as an agent may put into
 * a file's name, begins no line that could be taken for another record of the log.
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

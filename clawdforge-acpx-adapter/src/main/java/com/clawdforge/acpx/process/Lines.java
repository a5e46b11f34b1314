package com.clawdforge.acpx.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Splits a stream into lines of bytes, within limits. For one thread. */
final class Lines {
  private static final int CHUNK = 64 * 1024;

  private final InputStream in;
  private final long maxLine;
  private final long maxTotal;
  private final byte[] chunk = new byte[CHUNK];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(CHUNK);
  private int position;
  private int end;
  private long total;

  Lines(InputStream in, long maxLine, long maxTotal) {
    this.in = in;
    this.maxLine = maxLine;
    this.maxTotal = maxTotal;
  }

  /** The stream exceeded a limit. */
  static final class TooMuch extends IOException {
    private static final long serialVersionUID = 1L;

    TooMuch(String message) {
      super(message);
    }
  }

  /**
   * The next line without its end, or null at the end of the stream. A last line without a line end
   * is dropped: its writer died in the middle of it.
   */
  byte @Nullable [] next() throws IOException {
    line.reset();
    while (true) {
      if (position == end && !fill()) {
        return null;
      }
      int newline = position;
      while (newline < end && chunk[newline] != '\n') {
        newline++;
      }
      line.write(chunk, position, newline - position);
      if (line.size() > maxLine) {
        throw new TooMuch("a line of more than " + maxLine + " bytes");
      }
      boolean complete = newline < end;
      position = complete ? newline + 1 : end;
      if (complete) {
        return line.toByteArray();
      }
    }
  }

  private boolean fill() throws IOException {
    int read = in.read(chunk);
    if (read < 0) {
      return false;
    }
    position = 0;
    end = read;
    total += read;
    if (total > maxTotal) {
      throw new TooMuch("more than " + maxTotal + " bytes");
    }
    return true;
  }
}

package com.clawdforge.acpx.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Splits a stream into lines of bytes, within limits. For one thread. */
final class Lines {
  /** Java reads more than this through memory that it allocates for each read. */
  private static final int CHUNK = 8192;

  /** As much of a line that is too long tells whose it is. */
  private static final int BEGIN = 4096;

  /** So many times the longest line is skipped, until the writer is given up. */
  private static final int MOST_SKIPPED = 4;

  private final InputStream in;
  private final long maxLine;
  private final long maxTotal;
  private final byte[] chunk = new byte[CHUNK];
  private ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int position;
  private int end;
  private long total;
  private boolean skipping;
  private long skipped;

  Lines(InputStream in, long maxLine, long maxTotal) {
    this.in = in;
    this.maxLine = maxLine;
    this.maxTotal = maxTotal;
  }

  /** The stream exceeded a limit. */
  static class TooMuch extends IOException {
    private static final long serialVersionUID = 1L;

    TooMuch(String message) {
      super(message);
    }
  }

  /** A line exceeded a limit; the lines after it can be read. */
  static final class TooLong extends TooMuch {
    private static final long serialVersionUID = 1L;

    private final transient byte[] begin;

    private TooLong(String message, byte[] begin) {
      super(message);
      this.begin = begin;
    }

    /** The first bytes of the line. */
    byte[] begin() {
      return begin;
    }
  }

  /**
   * The next line without its end, or null at the end of the stream. A last line without a line end
   * is dropped: its writer died in the middle of it.
   */
  byte @Nullable [] next() throws IOException {
    byte[] next = already();
    while (next == null && fill()) {
      next = already();
    }
    return next;
  }

  /** As {@link #next}, or null if no whole line has been read yet. */
  byte @Nullable [] already() throws TooMuch {
    if (skipping) {
      skip();
    }
    if (position == end) {
      return null;
    }
    int start = position;
    int newline = start;
    while (newline < end && chunk[newline] != '\n') {
      newline++;
    }
    if ((long) line.size() + newline - start > maxLine) {
      throw tooLong(start, newline);
    }
    if (newline < end) {
      position = newline + 1;
      return complete(start, newline);
    }
    line.write(chunk, start, newline - start);
    position = end;
    return null;
  }

  private TooLong tooLong(int start, int newline) {
    if (line.size() == 0) {
      line.write(chunk, start, newline - start);
    }
    byte[] begin = Arrays.copyOf(line.toByteArray(), Math.min(line.size(), BEGIN));
    line = new ByteArrayOutputStream();
    skipping = true;
    skipped = 0;
    return new TooLong("a line of more than " + maxLine + " bytes", begin);
  }

  private void skip() throws TooMuch {
    int start = position;
    while (position < end && skipping) {
      skipping = chunk[position] != '\n';
      position++;
    }
    skipped += position - start;
    if (skipped > MOST_SKIPPED * maxLine) {
      throw new TooMuch("a line of more than " + MOST_SKIPPED * maxLine + " bytes");
    }
  }

  private byte[] complete(int start, int newline) {
    if (line.size() == 0) {
      return Arrays.copyOfRange(chunk, start, newline);
    }
    line.write(chunk, start, newline - start);
    byte[] whole = line.toByteArray();
    // Not reset: what a long line took would be kept for as long as the process runs.
    line = new ByteArrayOutputStream();
    return whole;
  }

  /**
   * Waits for a part of the stream, after all lines of the part before were taken. Returns false at
   * the end of the stream.
   */
  boolean fill() throws IOException {
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

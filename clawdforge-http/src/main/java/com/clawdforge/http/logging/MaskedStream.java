package com.clawdforge.http.logging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * Passes on whole lines of text in UTF-8, each with its secrets masked: what one is about to say
 * may be split over several writes. A line without end goes on in pieces. Safe for any thread.
 */
final class MaskedStream extends OutputStream {
  private static final int LONGEST = 1 << 20;

  private final OutputStream out;
  private final UnaryOperator<String> mask;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);

  MaskedStream(OutputStream out, UnaryOperator<String> mask) {
    this.out = out;
    this.mask = mask;
  }

  @Override
  public synchronized void write(int b) throws IOException {
    line.write(b);
    if (b == '\n' || line.size() >= LONGEST) {
      passOn();
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] == '\n') {
        line.write(bytes, from, i + 1 - from);
        from = i + 1;
        passOn();
      }
    }
    line.write(bytes, from, offset + length - from);
    if (line.size() >= LONGEST) {
      passOn();
    }
  }

  private void passOn() throws IOException {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    out.write(mask.apply(text).getBytes(StandardCharsets.UTF_8));
  }

  /** Of whole lines only; the rest of one may still be coming. */
  @Override
  public synchronized void flush() throws IOException {
    out.flush();
  }

  @Override
  public synchronized void close() throws IOException {
    passOn();
    out.close();
  }
}

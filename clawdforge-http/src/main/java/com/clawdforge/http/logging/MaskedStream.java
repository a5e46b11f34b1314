package com.clawdforge.http.logging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * Forwards whole lines of UTF-8 text with their secrets masked, because a secret may be split over
 * several writes. A very long line is forwarded in pieces. Control characters, which could make a
 * terminal hide lines or worse, are escaped as in JSON. Safe for any thread.
 */
final class MaskedStream extends OutputStream {
  private static final int LONGEST = 1 << 20;
  // No known secret is longer. A secret that starts in the last of these bytes may be incomplete.
  private static final int LONGEST_SECRET = 8 << 10;
  private static final int TRIES = 16;
  private static final char DELETE = '\u007f';
  // Odd, so that repeating text is not cut at the same offset each time.
  private static final int STEP = 61;

  private final OutputStream out;
  private final UnaryOperator<String> mask;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);

  MaskedStream(OutputStream out, UnaryOperator<String> mask) {
    this.out = out;
    this.mask = mask;
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] == '\n') {
        line.write(bytes, from, i + 1 - from);
        from = i + 1;
        forward();
      } else if (line.size() + i + 1 - from >= LONGEST) {
        line.write(bytes, from, i + 1 - from);
        from = i + 1;
        forwardPiece();
      }
    }
    line.write(bytes, from, offset + length - from);
  }

  private void forward() throws IOException {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    send(mask.apply(text));
  }

  // The cut must not split a secret: masking both sides separately must equal masking the whole.
  private void forwardPiece() throws IOException {
    byte[] bytes = line.toByteArray();
    String whole = mask.apply(text(bytes, 0, bytes.length));
    line.reset();
    for (int i = 1; i <= TRIES; i++) {
      int cut = characterAt(bytes, bytes.length - LONGEST_SECRET - i * STEP);
      String first = mask.apply(text(bytes, 0, cut));
      if (whole.equals(first + mask.apply(text(bytes, cut, bytes.length)))) {
        line.write(bytes, cut, bytes.length - cut);
        send(first);
        return;
      }
    }
    send(whole);
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  // The bytes of a character after its first one begin with the bits 10.
  private static int characterAt(byte[] bytes, int index) {
    int first = index;
    while (first > 0 && (bytes[first] & 0xC0) == 0x80) {
      first--;
    }
    return first;
  }

  private void send(String text) throws IOException {
    out.write(shown(text).getBytes(StandardCharsets.UTF_8));
  }

  private static String shown(String text) {
    if (allShown(text)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    text.chars()
        .forEach(
            c -> {
              if (isHidden(c)) {
                shown.append("\\u%04x".formatted(c));
              } else {
                shown.append((char) c);
              }
            });
    return shown.toString();
  }

  private static boolean allShown(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c < DELETE;
      if (!plain && isHidden(c)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c != '\n' && c != '\r' && c != '\t';
      // These include the characters that reverse the direction of text.
      case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }

  /** Flushes whole lines only; an incomplete line stays. */
  @Override
  public synchronized void flush() throws IOException {
    out.flush();
  }

  @Override
  public synchronized void close() throws IOException {
    forward();
    out.close();
  }
}

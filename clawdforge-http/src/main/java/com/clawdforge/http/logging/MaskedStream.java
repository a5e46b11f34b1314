package com.clawdforge.http.logging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * Passes on whole lines of text in UTF-8, each with its secrets masked: what one is about to say
 * may be split over several writes. A line without end goes on in pieces. Control characters, with
 * which a terminal could be told to hide lines or do worse, are shown as JSON writes them. Safe for
 * any thread.
 */
final class MaskedStream extends OutputStream {
  private static final int LONGEST = 1 << 20;
  // No known secret is longer. What begins in the last of these bytes may not be all here yet.
  private static final int LONGEST_SECRET = 8 << 10;
  private static final int TRIES = 16;
  // Odd, so that what repeats itself is not met at the same place each time.
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
        passOn();
      } else if (line.size() + i + 1 - from >= LONGEST) {
        line.write(bytes, from, i + 1 - from);
        from = i + 1;
        passOnPiece();
      }
    }
    line.write(bytes, from, offset + length - from);
  }

  private void passOn() throws IOException {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    send(mask.apply(text));
  }

  // Where it is cut no secret may lie: both sides masked for themselves are what they are together.
  private void passOnPiece() throws IOException {
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

  // The bytes of a character that follow its first one begin with the bits 10.
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
    if (text.chars().noneMatch(MaskedStream::isHidden)) {
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

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c != '\n' && c != '\r' && c != '\t';
      // Those that turn the direction of writing around are among these.
      case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
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

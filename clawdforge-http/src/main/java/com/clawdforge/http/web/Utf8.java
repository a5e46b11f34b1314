package com.clawdforge.http.web;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Checks whether bytes may be JSON in UTF-8, without keeping them. */
final class Utf8 {
  private static final int SCRATCH_CHARS = 8192;

  private Utf8() {}

  /**
   * Whether the encoding of these bytes is possible for JSON in UTF-8. Jackson would detect UTF-16
   * or UTF-32 by zero bytes, and accept characters in overlong encodings: a filter in front of the
   * server that reads the same bytes would see other text.
   */
  static boolean canBeJson(byte[] bytes) {
    return !hasZero(bytes) && decodes(bytes);
  }

  // JSON has no zero character outside of escapes, and in UTF-16 and UTF-32 its brackets contain
  // zero bytes.
  private static boolean hasZero(byte[] bytes) {
    for (byte each : bytes) {
      if (each == 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean decodes(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer scratch = CharBuffer.allocate(SCRATCH_CHARS);
    CoderResult result;
    do {
      scratch.clear();
      result = decoder.decode(in, scratch, true);
    } while (result.isOverflow());
    return !result.isError();
  }
}

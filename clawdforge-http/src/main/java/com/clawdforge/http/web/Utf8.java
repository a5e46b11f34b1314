package com.clawdforge.http.web;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Looks at bytes that may be JSON in UTF-8, and keeps nothing of them. */
final class Utf8 {
  private static final int SCRATCH_CHARS = 8192;

  private Utf8() {}

  /**
   * Whether bytes can be JSON in UTF-8 as far as their encoding goes. Jackson would take a body for
   * UTF-16 or UTF-32 by its zero bytes, and a character for what it is also in more bytes than it
   * needs: whoever reads the same bytes before us, such as a filter, sees something else.
   */
  static boolean canBeJson(byte[] bytes) {
    return !hasZero(bytes) && decodes(bytes);
  }

  // JSON has no zero character outside of escapes, and its brackets have zero bytes in any encoding
  // with a fixed number of bytes beyond one.
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

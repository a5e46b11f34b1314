package com.clawdforge.acpx.offline;

import java.util.ArrayList;
import java.util.List;

/** Splits a text for streaming. */
final class TextChunks {
  private static final int CHARS = 64 * 1024;

  private TextChunks() {}

  /** Chunks of at most 64 Ki chars that never split a surrogate pair; one empty chunk for "". */
  static List<String> of(String text) {
    List<String> chunks = new ArrayList<>();
    int start = 0;
    do {
      int end = Math.min(start + CHARS, text.length());
      // A client that decodes chunk by chunk would see two halves, neither of which is a character.
      if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
        end--;
      }
      chunks.add(text.substring(start, end));
      start = end;
    } while (start < text.length());
    return List.copyOf(chunks);
  }
}

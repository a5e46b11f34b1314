package com.clawdforge.acpx.process;

import java.nio.charset.StandardCharsets;

/** The last bytes of a stream. Safe for any thread. */
final class Tail {
  private final int size;
  // Most programs write nothing there.
  private byte[] ring = {};
  private long written;

  Tail(int size) {
    this.size = size;
  }

  synchronized void add(byte[] bytes, int length) {
    if (ring.length == 0) {
      ring = new byte[size];
    }
    for (int i = Math.max(0, length - ring.length); i < length; i++) {
      ring[(int) ((written + i) % ring.length)] = bytes[i];
    }
    written += length;
  }

  /** How many bytes there were so far. */
  synchronized long written() {
    return written;
  }

  /** The kept bytes as UTF-8, without a character that is cut at the front. */
  String text() {
    return textSince(0);
  }

  /**
   * As {@link #text}, of what came after an earlier moment.
   *
   * @param mark what {@link #written} was then
   */
  synchronized String textSince(long mark) {
    int kept = (int) Math.min(Math.max(0, written - mark), ring.length);
    byte[] bytes = new byte[kept];
    for (int i = 0; i < kept; i++) {
      bytes[i] = ring[(int) ((written - kept + i) % ring.length)];
    }
    int start = 0;
    while (written > kept && start < kept && (bytes[start] & 0xC0) == 0x80) {
      start++;
    }
    return new String(bytes, start, kept - start, StandardCharsets.UTF_8);
  }
}
